//! The types of other crates, as their feature `serde` encodes them in postcard.

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time", feature = "uuid"))]
macro_rules! simple {
    ($($node:ident: $($simple:ty),+;)*) => {$($(
        impl crate::shape::HasShape for $simple {
            fn shape_in(shapes: &mut crate::shape::Shapes) -> crate::shape::NodeId {
                shapes.add(crate::shape::Node::$node)
            }
        }
    )+)*};
}

#[cfg(feature = "chrono")]
mod of_chrono {
    simple! { Text: chrono::NaiveDate, chrono::NaiveDateTime, chrono::NaiveTime; }

    impl<Zone: chrono::TimeZone> crate::shape::HasShape for chrono::DateTime<Zone> {
        fn shape_in(shapes: &mut crate::shape::Shapes) -> crate::shape::NodeId {
            shapes.add(crate::shape::Node::Text)
        }
    }
}

#[cfg(feature = "jiff")]
simple! { Text: jiff::Timestamp, jiff::civil::Date, jiff::civil::DateTime, jiff::civil::Time; }

#[cfg(feature = "time")]
impl crate::shape::HasShape for time::UtcDateTime {
    fn shape_in(shapes: &mut crate::shape::Shapes) -> crate::shape::NodeId {
        // The year, the day of the year, the hour, the minute, the second, the nanosecond.
        <(i32, u16, u8, u8, u8, u32)>::shape_in(shapes)
    }
}

#[cfg(feature = "uuid")]
simple! { Bytes: uuid::Uuid; }
