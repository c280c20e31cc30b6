use keyloft::Entity;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct UnknownOption {
    #[index(uniqe)]
    number: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct WithoutName(#[index] u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct WrongName {
    #[index(name = "by-number")]
    number: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct SameName {
    #[index]
    number: u8,
    #[unique(name = "number")]
    serial: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct NameOfTheExpiry {
    #[expires]
    at: i64,
    #[index]
    expires: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, index(on = (number)))]
struct TableIndexWithoutName {
    number: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, index(name = "number"))]
struct TableIndexOnNothing {
    number: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, index(name = "number", by = number))]
struct FunctionWithoutType {
    number: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, index(name = "both", on = (number, serial)))]
struct UnknownField {
    number: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, index(name = "both", on = (numbers, serials), each))]
struct EachOfTwo {
    numbers: Vec<u8>,
    serials: Vec<u8>,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, index(name = "number", of = number))]
struct UnknownTableOption {
    number: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, index(name = "both", on = (number, skipped)))]
struct SkippedByTheTable {
    number: u8,
    #[serde(skip)]
    skipped: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct IndexOnAList {
    #[index]
    tags: Vec<String>,
    #[unique]
    picture: Vec<u8>,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, index(name = "both", on = (number, tags)))]
struct IndexOnANumberAndAList {
    number: u8,
    tags: Option<std::collections::BTreeSet<String>>,
}

fn main() {}
