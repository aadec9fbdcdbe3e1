-- The elections before and after one, whichever of two neighbours has the link.
WITH RECURSIVE
start (id, kind) AS (SELECT id, kind FROM election WHERE folded = ?1),
back (depth, id, folded, previous) AS (
    SELECT 0, id, folded, previous FROM election WHERE folded = ?1
    UNION
    SELECT depth - 1, other.id, other.folded, other.previous
    FROM back JOIN election AS other ON other.folded = back.previous
    WHERE other.kind = (SELECT kind FROM start) AND depth > -1000
    UNION
    SELECT depth - 1, other.id, other.folded, other.previous
    FROM back JOIN election AS other ON other.next = back.folded
    WHERE other.kind = (SELECT kind FROM start) AND depth > -1000
),
forward (depth, id, folded, next) AS (
    SELECT 0, id, folded, next FROM election WHERE folded = ?1
    UNION
    SELECT depth + 1, other.id, other.folded, other.next
    FROM forward JOIN election AS other ON other.folded = forward.next
    WHERE other.kind = (SELECT kind FROM start) AND depth < 1000
    UNION
    SELECT depth + 1, other.id, other.folded, other.next
    FROM forward JOIN election AS other ON other.previous = forward.folded
    WHERE other.kind = (SELECT kind FROM start) AND depth < 1000
),
chain (depth, id) AS (SELECT depth, id FROM back UNION SELECT depth, id FROM forward)
SELECT depth, title, shown, date, folded, previous, next, current
FROM chain JOIN election USING (id) ORDER BY depth
