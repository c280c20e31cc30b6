use keyloft::{NamespaceId, TableId, TableName};

fn main() {
    TableId::new(TableName::new("notes"), NamespaceId::new("app"));
}
