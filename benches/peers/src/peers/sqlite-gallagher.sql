-- The least squares index of vote and seat shares, of the elections whose contenders have both.
WITH
    contender (version, share, seats) AS (
        SELECT version.id, CAST(contender.value ->> '$.tallies[0].share' AS REAL), contender.value ->> '$.seats'
        FROM election
        JOIN version ON version.id = current
        JOIN json_each(record, '$.contests[0].contenders') AS contender
    ),
    total (version, seats) AS (
        SELECT version, sum(seats) FROM contender GROUP BY version HAVING count(share) > 0 AND sum(seats) > 0
    ),
    measured (squares) AS (
        SELECT sum((share - 100.0 * contender.seats / total.seats) * (share - 100.0 * contender.seats / total.seats))
        FROM contender JOIN total USING (version)
        GROUP BY version
    )
SELECT count(*), total(sqrt(squares / 2)) FROM measured
