use keyloft::Shape;

#[derive(serde::Serialize)]
struct Foreign(u8);

#[derive(serde::Serialize, Shape)]
struct Line {
    number: u8,
    foreign: Foreign,
}

fn main() {}
