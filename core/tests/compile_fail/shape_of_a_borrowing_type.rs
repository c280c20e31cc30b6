use keyloft::Shape;

#[derive(serde::Serialize, Shape)]
struct Line<'a> {
    text: &'a str,
}

#[derive(Shape)]
union Bits {
    number: u32,
}

#[derive(serde::Serialize, Shape)]
#[shape(opaque)]
struct Unknown;

#[derive(serde::Serialize, Shape)]
struct UnknownOfField {
    #[shape(crate = "keyloft")]
    number: u8,
}

fn main() {}
