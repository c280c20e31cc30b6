use keyloft::Entity;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity)]
#[table(nam = "notes", key = u8)]
struct Misspelled(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "", key = u8)]
struct Nameless(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes")]
struct Keyless(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct TwoKeys {
    #[key]
    id: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, version = 0)]
struct VersionZero(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, upgrades = VersionZero)]
struct VersionOne(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct Generic<T>(T);

#[derive(Serialize, Deserialize, Entity)]
#[table(version = 1, key = u8)]
struct KeyOfAVersion(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(version = 1)]
struct IndexOfAVersion {
    #[index]
    number: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
#[table(name = "drafts")]
struct TwoNames(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = "u8")]
struct KeyInQuotes(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
#[serde(remote = "Misspelled")]
struct Remote(u8);

fn main() {}
