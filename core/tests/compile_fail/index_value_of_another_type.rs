use keyloft::prelude::*;

const CITY: Index<String, String> = Index::new("city", |city| Some(city.clone()));

fn find(people: &SystemTableStore<UserId, String>) {
    let _ = people.find_all(&CITY, &7_u32);
}

fn main() {}
