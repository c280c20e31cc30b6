use keyloft::prelude::*;

const CITY: Index<String, String> = Index::new("city", |city| Some(city.clone()));

fn find(people: &Table<UserId, String>) {
    let _ = people.find_all(&CITY, &7_u32);
}

fn main() {}
