//! The types of keyloft.

use crate::key::{
    JobId, LiveQueryId, NamespaceId, RowId, StorageId, TableId, TableName, TotalF32, TotalF64, UserId,
    UserName, UserRowId,
};
use crate::shape::{Fields, HasShape, Node, NodeId, Shapes};
use crate::tables::row::{Row, Value};

macro_rules! simple {
    ($($node:ident: $($simple:ty),+;)*) => {$($(
        impl HasShape for $simple {
            fn shape_in(shapes: &mut Shapes) -> NodeId {
                shapes.add(Node::$node)
            }
        }
    )+)*};
}

simple! {
    Text: JobId, LiveQueryId, NamespaceId, StorageId, TableName, UserId, UserName;
    Bytes: RowId;
    F32: TotalF32;
    F64: TotalF64;
    Row: Row;
    Value: Value;
}

impl HasShape for TableId {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let (namespace, name) = (NamespaceId::shape_in, TableName::shape_in);
        shapes.define_struct::<Self>(Fields::Named(&[("namespace_id", namespace), ("table_name", name)]))
    }
}

impl HasShape for UserRowId {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let (user, row) = (UserId::shape_in, RowId::shape_in);
        shapes.define_struct::<Self>(Fields::Named(&[("user_id", user), ("row_id", row)]))
    }
}
