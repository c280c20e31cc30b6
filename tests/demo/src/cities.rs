//! The cities of the world with more than 15,000 inhabitants, as rows of a shared table.

use keyloft::prelude::*;

/// An extract of <https://www.geonames.org>. Its licence is in the same folder.
const CITIES: &str = include_str!("../../data/cities.tsv");

/// Returns the cities, each under the key `{country}-{geonameid}`.
pub(crate) fn rows(now: i64) -> impl Iterator<Item = Result<(RowId, SharedTableRow), String>> {
    let mut lines = CITIES.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines.map(move |line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let mut row = Row::new();
        for (column, field) in columns.iter().zip(&fields) {
            row.set(*column, value(column, field)?);
        }
        let [id, _, country, ..] = fields.as_slice() else { return Err(format!("`{line}` is not a city")) };
        Ok((RowId::from(format!("{country}-{id:0>8}")), SharedTableRow::new(row, now)))
    })
}

/// Returns the number of cities.
pub(crate) fn count() -> usize {
    CITIES.lines().count().saturating_sub(1)
}

fn value(column: &str, field: &str) -> Result<Value, String> {
    let not_a_number = |_| format!("`{field}` in column {column} is not a number");
    Ok(match column {
        _ if field.is_empty() => Value::Null,
        "geonameid" | "population" => Value::Int(
            field.parse().map_err(|error: std::num::ParseIntError| not_a_number(error.to_string()))?,
        ),
        "latitude" | "longitude" => Value::Float(
            field.parse().map_err(|error: std::num::ParseFloatError| not_a_number(error.to_string()))?,
        ),
        _ => Value::Text(field.to_owned()),
    })
}
