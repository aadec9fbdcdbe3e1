//! Names of files, behind the word with which a wiki's own language begins them.

/// The namespaces of files, in lower case.
#[rustfmt::skip]
const NAMESPACES: [&str; 48] = [
    "file", "image", "media", "datei", "bild", "fichier", "archivo", "imagen", "ficheiro", "arquivo", "imagem",
    "fitxer", "imatge", "immagine", "bestand", "afbeelding", "plik", "grafika", "fil", "billede", "bilde", "tiedosto",
    "kuva", "soubor", "súbor", "obrázok", "slika", "datoteka", "dosya", "resim", "fájl", "kép", "fișier", "imagine",
    "файл", "изображение", "зображення", "слика", "датотека", "αρχείο", "εικόνα", "파일", "그림", "ファイル", "画像",
    "ملف", "پرونده", "תמונה",
];

/// The name of the file that a page is: of `File:A B.jpg`, `A B.jpg`.
pub(in crate::import) fn file_name(page: &str) -> Option<&str> {
    let (space, name) = page.trim_start_matches(':').split_once(':')?;
    let space = space.trim();
    let is_file =
        NAMESPACES.contains(&space) || NAMESPACES.contains(&space.to_lowercase().as_str());
    is_file.then(|| name.trim())
}
