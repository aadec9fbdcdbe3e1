//! File names in wiki links, after the localised name of the file namespace.

/// Names of the file namespace in various languages, in lower case.
#[rustfmt::skip]
const NAMESPACES: [&str; 48] = [
    "file", "image", "media", "datei", "bild", "fichier", "archivo", "imagen", "ficheiro", "arquivo", "imagem",
    "fitxer", "imatge", "immagine", "bestand", "afbeelding", "plik", "grafika", "fil", "billede", "bilde", "tiedosto",
    "kuva", "soubor", "súbor", "obrázok", "slika", "datoteka", "dosya", "resim", "fájl", "kép", "fișier", "imagine",
    "файл", "изображение", "зображення", "слика", "датотека", "αρχείο", "εικόνα", "파일", "그림", "ファイル", "画像",
    "ملف", "پرونده", "תמונה",
];

/// Returns the file name in a page title: `A B.jpg` for `File:A B.jpg`.
pub(crate) fn file_name(page: &str) -> Option<&str> {
    let (namespace, name) = page.trim_start_matches(':').split_once(':')?;
    let space = namespace.trim();
    let is_file =
        NAMESPACES.contains(&space) || NAMESPACES.contains(&space.to_lowercase().as_str());
    is_file.then(|| name.trim())
}
