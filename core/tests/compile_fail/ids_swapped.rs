use keyloft::prelude::*;

fn main() {
    TableId::new(TableName::new("notes"), NamespaceId::new("app"));
}
