//! The shapes that the derives give, as serde encodes the types.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use keyloft::Shape;
use keyloft::shape::{HasShape, Shape};
use serde::{Deserialize, Serialize};

fn text<T: HasShape>() -> String {
    Shape::of::<T>().to_string()
}

macro_rules! cases {
    ($($module:ident $rule:literal)*) => {
        $(#[allow(non_snake_case, non_camel_case_types)] // for the names that a rule may meet
        mod $module {
            use keyloft::Shape;
            use serde::{Deserialize, Serialize};

            #[derive(Serialize, Deserialize, Shape)]
            #[serde(rename_all = $rule)]
            pub(crate) struct Fields {
                pub(crate) word: (),
                pub(crate) two_words: (),
                pub(crate) r#type: (),
                pub(crate) _under_scores_: (),
                pub(crate) mixedCase9: (),
            }

            #[derive(Serialize, Deserialize, Shape)]
            #[serde(rename_all = $rule)]
            pub(crate) enum Variants {
                Word,
                TwoWords,
                HTTPServer2,
                lower,
            }
        })*

        #[test]
        fn names_are_those_that_serde_writes() {
            $({
                use $module::{Fields, Variants};
                let fields = Fields { word: (), two_words: (), r#type: (), _under_scores_: (), mixedCase9: () };
                let written = serde_json::to_string(&fields).unwrap().replace("null", " nothing").replace(',', ", ");
                assert_eq!(text::<Fields>(), written.replace('"', ""), $rule);

                let variants = [Variants::Word, Variants::TwoWords, Variants::HTTPServer2, Variants::lower];
                let names = variants.map(|variant| serde_json::to_string(&variant).unwrap().replace('"', ""));
                assert_eq!(text::<Variants>(), format!("one of ({})", names.join(", ")), $rule);
            })*
        }
    };
}

cases! {
    lower "lowercase"
    upper "UPPERCASE"
    pascal "PascalCase"
    camel "camelCase"
    snake "snake_case"
    screaming_snake "SCREAMING_SNAKE_CASE"
    kebab "kebab-case"
    screaming_kebab "SCREAMING-KEBAB-CASE"
}

#[derive(Serialize, Deserialize, Shape)]
struct Unit;

#[derive(Serialize, Deserialize, Shape)]
struct Newtype(u8);

#[derive(Serialize, Deserialize, Shape)]
struct SkippedNewtype(#[serde(skip)] u8);

#[derive(Serialize, Deserialize, Shape)]
struct Pair(u8, String);

#[derive(Serialize, Deserialize, Shape)]
struct SkippedPair(#[serde(skip)] (), String);

#[derive(Serialize, Deserialize, Shape)]
struct Named {
    #[serde(rename(serialize = "theNumber", deserialize = "number"))]
    number: u8,
    #[serde(skip)]
    _cache: Uncoded,
    #[serde(skip_serializing, skip_deserializing)]
    _other: Uncoded,
}

/// A type without serde's traits and without a shape.
#[derive(Default)]
struct Uncoded;

#[derive(Serialize, Deserialize, Shape)]
#[serde(transparent)]
struct Transparent {
    inner: Pair,
    phantom: PhantomData<u8>,
    #[serde(skip)]
    _cache: Uncoded,
}

#[derive(Serialize, Deserialize, Shape)]
#[allow(dead_code)] // the skipped variant
#[serde(rename_all = "lowercase", rename_all_fields = "camelCase")]
enum Enum {
    #[serde(rename = "empty")]
    Unit,
    One(u8),
    SkippedOne(#[serde(skip)] u8),
    Two(u8, String),
    SkippedTwo(#[serde(skip)] u8, String),
    Named {
        long_name: u8,
    },
    #[serde(rename_all = "UPPERCASE")]
    Upper {
        long_name: u8,
    },
    #[serde(skip_serializing)]
    Unwritten,
    #[serde(skip)]
    Skipped(Uncoded),
}

#[derive(Serialize, Deserialize, Shape, Clone)]
#[serde(try_from = "(u8, u8)", into = "(u8, u8)")]
struct Converted {
    both: u16,
}

impl TryFrom<(u8, u8)> for Converted {
    type Error = String;

    fn try_from((left, right): (u8, u8)) -> Result<Self, String> {
        Ok(Self { both: u16::from_be_bytes([left, right]) })
    }
}

impl From<Converted> for (u8, u8) {
    fn from(Converted { both }: Converted) -> Self {
        let [left, right] = both.to_be_bytes();
        (left, right)
    }
}

#[test]
fn attributes_of_serde_are_honoured() {
    assert_eq!(text::<Unit>(), "nothing");
    assert_eq!(text::<Newtype>(), "u8");
    assert_eq!(postcard::to_allocvec(&SkippedNewtype(7)).unwrap(), [7]);
    assert_eq!(text::<SkippedNewtype>(), "u8");
    assert_eq!(text::<Pair>(), "(u8, text)");
    assert_eq!(text::<Named>(), "{theNumber: u8}");
    assert_eq!(text::<Transparent>(), "(u8, text)");
    assert_eq!(text::<Converted>(), Shape::of::<(u8, u8)>().to_string());
    assert_eq!(Shape::of::<SkippedPair>(), Shape::of::<(String,)>());
}

#[test]
fn an_enum_has_the_variants_that_serde_counts() {
    let shape = text::<Enum>();
    let variants = [
        "empty",
        "one: u8",
        "skippedone",
        "two: (u8, text)",
        "skippedtwo: 1 of text",
        "named: {longName: u8}",
        "upper: {LONG_NAME: u8}",
        "unwritten",
    ];
    assert_eq!(shape, format!("one of ({})", variants.join(", ")));
    assert_eq!(postcard::to_allocvec(&Enum::SkippedOne(9)).unwrap(), [2]);
    assert_eq!(postcard::to_allocvec(&Enum::SkippedTwo(9, "a".into())).unwrap(), [4, 1, b'a']);
    assert_eq!(postcard::to_allocvec(&Enum::Upper { long_name: 7 }).unwrap(), [6, 7]);
    assert!(postcard::to_allocvec(&Enum::Unwritten).is_err());
}

#[derive(Serialize, Deserialize, Shape)]
struct Page<T, const SIZE: usize>
where
    T: Clone,
{
    items: Vec<T>,
    sums: Summed<T>,
    next: Option<Box<Page<T, SIZE>>>,
}

#[derive(Serialize, Deserialize, Shape)]
struct Summed<T> {
    by: BTreeMap<String, T>,
}

#[test]
fn a_generic_and_recursive_type_has_a_shape() {
    assert_eq!(
        text::<Page<u8, 4>>(),
        "#1 {items: list of u8, sums: {by: map of text to u8}, next: optional #1}"
    );
    assert_ne!(Shape::of::<Page<u8, 4>>(), Shape::of::<Page<u16, 4>>());
}

/// A type that encodes by hand.
#[derive(Shape)]
#[shape(as = Option<u32>)]
struct ByHand;

#[derive(Serialize, Deserialize, Shape)]
struct Stated {
    #[serde(with = "as_text")]
    #[shape(as = String)]
    number: u8,
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[test]
fn a_shape_can_be_stated() {
    assert_eq!(Shape::of::<ByHand>(), Shape::of::<Option<u32>>());
    assert_eq!(text::<Stated>(), "{number: text}");
    assert_eq!(postcard::to_allocvec(&Stated { number: 77 }).unwrap(), b"\x0277");
}
