//! The derives of [Keyloft](https://docs.rs/keyloft). Use them through `keyloft`.
//!
//! | derive | for |
//! | --- | --- |
//! | [`Entity`](macro@Entity) | the type of a table's entities, which describes the table |
//! | [`Shape`](macro@Shape) | the types inside an entity |
//! | [`StorageKey`](macro@StorageKey) | the types of keys |

mod attribute;
mod entity;
mod expand;
mod serde;
mod shape;
mod variants;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Implements `keyloft::StorageKey` for a struct or an enum whose fields are keys, and gives a struct the function `prefix`.
///
/// # Structs
///
/// A struct of one field has the bytes of that field. In a struct of several fields, every field but the last is
/// written in its self-delimiting form, from which its end can be told. So the keys are ordered by the first field,
/// then the second, and so on, as with `#[derive(Ord)]`. Put the fields in the order that you want to scan by.
///
/// `Key::prefix(&first)`, `Key::prefix((&first, &second))` and so on return the prefixes of a struct of several fields.
/// Each part may be a borrowed form of the field, as `str` is of `String`. A struct of one field has the prefixes of that
/// field.
///
/// ```
/// use keyloft::{Prefix, StorageKey};
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// struct Reading {
///     device: String,
///     at: i64,
/// }
///
/// let of_device: Prefix<Reading> = Reading::prefix("d1");
/// assert!(of_device.matches(&Reading { device: "d1".into(), at: -1 }));
/// assert!(!of_device.matches(&Reading { device: "d10".into(), at: -1 }));
/// ```
///
/// # Enums
///
/// A key begins with a byte, the discriminant of its variant. The fields of the variant follow as in a struct. So the keys
/// are ordered by the variant, then by its fields, as with `#[derive(Ord)]`.
///
/// ```
/// use keyloft::StorageKey;
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// #[repr(u8)] // Rust requires it for discriminants beside fields
/// enum Owner {
///     Nobody = 0,
///     Person(String) = 10,
///     Group { region: u8, name: String } = 20,
/// }
///
/// assert_eq!(*Owner::Nobody.encode(), [0]);
/// assert_eq!(*Owner::Group { region: 7, name: "ops".into() }.encode(), *b"\x14\x07ops");
/// ```
///
/// Without `= n`, the first variant has 0, and each further one has 1 more than the variant before it. The bytes are on the
/// disk, so a variant must keep its number: add new variants at the end, or write the numbers, which leaves room between
/// them. A key with the number of a removed variant is an `InvalidKey` when it is read.
///
/// # A renamed dependency
///
/// The generated code names the crate `::keyloft`. If your `Cargo.toml` renames it, or another crate re-exports it, set
/// its path:
///
/// ```
/// # mod reexporting { pub use keyloft; }
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, reexporting::keyloft::StorageKey)]
/// #[storage_key(crate = "crate::reexporting::keyloft")]
/// struct DeviceId(String);
/// # fn main() {}
/// ```
#[proc_macro_derive(StorageKey, attributes(storage_key))]
pub fn derive_storage_key(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::storage_key(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Describes a table by its entity: the name, the version, the key, the indexes, the expiry and the shape.
///
/// ```
/// use std::sync::Arc;
///
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
/// #[table(name = "issues", version = 2, upgrades = IssueV1)]
/// #[table(index(name = "by_day", by = Issue::day, value = i64))]
/// struct Issue {
///     #[key]
///     id: u32,
///     #[unique]
///     slug: String,
///     #[index]
///     assignee: Option<UserId>,
///     #[index(each)]
///     tags: Vec<String>,
///     created: i64,
///     lines: Vec<Line>,
/// }
///
/// #[derive(Serialize, Deserialize, Shape, Debug, PartialEq)]
/// struct Line {
///     text: String,
/// }
///
/// impl Issue {
///     fn day(&self) -> i64 {
///         self.created / 86_400_000
///     }
/// }
///
/// /// The fields of version 1.
/// #[derive(Serialize, Deserialize, Entity)]
/// #[table(version = 1)]
/// struct IssueV1 {
///     id: u32,
///     slug: String,
/// }
///
/// impl From<IssueV1> for Issue {
///     fn from(IssueV1 { id, slug }: IssueV1) -> Self {
///         Self { id, slug, assignee: None, tags: vec![], created: 0, lines: vec![] }
///     }
/// }
///
/// let issues = Issue::table(Arc::new(MemoryBackend::new()));
/// let issue = Issue {
///     id: 7,
///     slug: "full-disk".into(),
///     assignee: Some("ada".into()),
///     tags: vec!["disk".into(), "urgent".into()],
///     created: 1_700_000_000_000,
///     lines: vec![Line { text: "it is full".into() }],
/// };
/// issues.save(&issue)?;
///
/// assert_eq!(issues.get(&7)?.as_ref(), Some(&issue));
/// assert_eq!(issues.find(&Issue::SLUG, "full-disk")?.map(|(key, _)| key), Some(7));
/// assert_eq!(issues.find_all(&Issue::TAGS, "urgent")?.len(), 1);
/// assert_eq!(issues.count_by(&Issue::BY_DAY, 19_675..)?, 1);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// The type also derives serde's traits, and every type inside it derives [`Shape`](macro@Shape).
///
/// # The table
///
/// | option of `#[table(…)]` | meaning | default |
/// | --- | --- | --- |
/// | `name = "…"` | the table's name. Without it, the entity is a version alone, without a table | |
/// | `version = n` | the schema version | 1 |
/// | `upgrades = Type` | the entity of the version before, which converts with `From` | none is read |
/// | `key = Type` | the type of a key that the entity does not contain | the fields `#[key]` |
/// | `index(…)` | an index on several fields or by a function | |
/// | `opaque` | the entity has no [shape](#the-shape) | |
/// | `crate = "…"` | the path of the crate `keyloft` | `::keyloft` |
///
/// The derive implements `TableEntity`, whose methods `table(backend)`, `schema()` and `schema_in(partition)` return the
/// table and its `Schema`. They are methods of a trait in `keyloft::prelude`. The `Schema` can still be changed, for example
/// with a guard.
///
/// # The key
///
/// A field `#[key]` is the key, and several are a tuple, in their order. The trait `Keyed` returns the key of an entity, and
/// `KeyedWriter` has the writes `save`, `save_many` and `add` without a separate key. A write under another key than the
/// entity's own is refused with the error `Invalid`, an update of the key field too.
///
/// With `key = Type` the key is not in the entity, and each write names it: `table.put(&key, &entity)`.
///
/// # Indexes
///
/// Each index has a constant, whose name is that of the index in upper case. The reads by the index name it, as in
/// `issues.find(&Issue::SLUG, "full-disk")`.
///
/// | attribute | index |
/// | --- | --- |
/// | `#[unique]` on a field | no two entities have the same value |
/// | `#[index]` on a field | any number of entities have the same value |
/// | `#[index(each)]`, `#[unique(each)]` on a field | an entity has an entry for each item of the collection |
/// | `#[table(index(name = "…", on = (field, field)))]` | the value is the tuple of the fields |
/// | `#[table(index(name = "…", by = function, value = Type))]` | the value is that of the function |
///
/// A field that is an `Option` stays out of the index if it is `None`. The derive recognizes the type by its name, so an
/// alias of an `Option` is indexed as a key that may be `None`.
///
/// The function takes `&Entity` and returns the value or an `Option` of it. With the flag `each`, it returns an iterator or a
/// collection. The index of a table has the flag `unique` for unique values.
///
/// Every index may have the options `name = "…"` (the default is the field's name) and `revision = n`. Raise the revision if
/// the function returns other values than before, because no program can see that by itself.
///
/// ```
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Entity)]
/// #[table(name = "parcels", key = u64)]
/// #[table(index(name = "by_city", on = (city, weight)))]
/// #[table(index(name = "words", by = words, value = String, each, revision = 2))]
/// struct Parcel {
///     city: String,
///     weight: u32,
///     note: String,
/// }
///
/// fn words(parcel: &Parcel) -> impl Iterator<Item = String> {
///     parcel.note.split_whitespace().map(str::to_lowercase)
/// }
///
/// let parcels = Parcel::table(Arc::new(keyloft_memory::MemoryBackend::new()));
/// parcels.put(&1, &Parcel { city: "Bonn".into(), weight: 5, note: "Handle with care".into() })?;
/// assert_eq!(parcels.count_by(&Parcel::BY_CITY, Prefix::of("Bonn"))?, 1);
/// assert_eq!(parcels.find_all(&Parcel::WORDS, "care")?.len(), 1);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # Versions
///
/// Raise the version with every change to the entity's fields. Keep the old type, as in the first example: it derives
/// `Entity` with its version and without a name, and converts into the next version with `From`. With several versions, each
/// names the one before it, and reads go through all of them. Write the stored bytes of each version into a test.
///
/// # Expiry
///
/// The field `#[expires]` is the time of expiry in milliseconds since the Unix epoch: an `i64`, or an `Option<i64>` that is
/// `None` if the entity does not expire. Reads don't see an entity that has expired, and `evict_expired` deletes such entities.
/// The table then needs a `Clock`, so the derive implements `ExpiringEntity` instead of `TableEntity`. The index
/// `Entity::EXPIRES` is on the field.
///
/// A read decodes the fields up to this one to compare the time. So put it first.
///
/// ```
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Entity)]
/// #[table(name = "sessions", key = String)]
/// struct Session {
///     #[expires]
///     expires_at: i64,
///     user: UserId,
/// }
///
/// let clock = Arc::new(|| 1_700_000_000_000);
/// let sessions = Session::table(Arc::new(keyloft_memory::MemoryBackend::new()), clock.clone());
/// sessions.put(&"token".into(), &Session { expires_at: clock.now() - 1, user: "ada".into() })?;
/// assert!(sessions.get(&"token".into())?.is_none());
/// assert_eq!(sessions.evict_expired(clock.now(), 1_000)?, 1);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # The shape
///
/// The shape says how the entity is encoded, without the names of Rust types. The database compares it with that of other
/// programs, and tools read entities by it. The derive takes it from the fields and from serde's attributes. So `Serialize` and
/// `Deserialize` must be derived too.
///
/// Entities are stored in postcard, which stores values without names and types. Some attributes of serde need a format that
/// has them:
///
/// | attribute of serde | in an entity |
/// | --- | --- |
/// | `rename`, `rename_all`, `rename_all_fields` | honoured: the shape has these names |
/// | `skip`, `transparent` | honoured |
/// | `from` or `try_from` with `into` of the same type | honoured: the shape is that of this type |
/// | `default`, `alias`, `deny_unknown_fields`, `bound`, `borrow`, `crate`, `expecting` | no effect on what is stored |
/// | `skip_serializing` of a variant | no effect on what is stored: a write of the variant fails |
/// | `with`, `serialize_with`, `deserialize_with` | need `#[shape(as = Type)]` on the field |
/// | `skip_serializing_if`, `flatten` | refused |
/// | `tag`, `content`, `untagged`, `other` | refused |
/// | `skip_serializing` or `skip_deserializing` of a field without the other one | refused |
/// | `skip` of a variant before others, `skip_deserializing` of a variant | refused |
/// | `from` or `into` alone | refused |
///
/// With debug assertions, every write also reads the entity back from its bytes and compares them with the shape: see
/// `Schema::checked`.
///
/// [`#[shape(as = Type)]`](macro@Shape#types-without-a-shape) states the shape of a field whose type has none. With
/// `#[table(opaque)]` nothing is known of the shape, and only the version tells two encodings apart.
#[proc_macro_derive(Entity, attributes(table, key, unique, index, expires, shape))]
pub fn derive_entity(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    entity::entity(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Implements `keyloft::shape::HasShape` for a type that entities contain.
///
/// ```
/// use keyloft::Shape;
/// use keyloft::shape;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Shape)]
/// #[serde(rename_all = "camelCase")]
/// struct Line {
///     line_number: u32,
///     text: String,
/// }
///
/// #[derive(Serialize, Deserialize, Shape)]
/// struct Page<T> {
///     items: Vec<T>,
///     next: Option<Box<Page<T>>>,
/// }
///
/// let of_lines = shape::Shape::of::<Page<Line>>();
/// assert_eq!(shape::Shape::of::<Line>().to_string(), "{lineNumber: u32, text: text}");
/// # assert!(of_lines.to_string().contains("lineNumber"));
/// ```
///
/// The type also derives serde's traits, whose attributes are [honoured or refused](macro@Entity#the-shape) as in an entity.
/// It can't borrow. It may contain itself.
///
/// # Types without a shape
///
/// `#[shape(as = Type)]` on a field states a type that encodes alike, for a foreign type and for a field that serde encodes
/// with a function. On a struct or an enum it is for `Serialize` and `Deserialize` written by hand.
///
/// ```
/// use keyloft::Shape;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Shape)]
/// struct Measurement {
///     #[serde(with = "as_text")]
///     #[shape(as = String)]
///     ratio: f64,
/// }
///
/// mod as_text {
///     use serde::{Deserialize, Deserializer, Serializer, de::Error};
///
///     pub fn serialize<S: Serializer>(ratio: &f64, serializer: S) -> Result<S::Ok, S::Error> {
///         serializer.collect_str(ratio)
///     }
///
///     pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
///         String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
///     }
/// }
///
/// # fn main() {
/// assert_eq!(keyloft::shape::Shape::of::<Measurement>().to_string(), "{ratio: text}");
/// # }
/// ```
///
/// The compiler does not notice a stated type that encodes otherwise. With debug assertions, a write does, unless the bytes
/// happen to fit. Readers without the type would fail or show other values.
///
/// `#[shape(crate = "…")]` sets the path of the crate `keyloft`.
#[proc_macro_derive(Shape, attributes(shape))]
pub fn derive_shape(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    shape::nested(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
