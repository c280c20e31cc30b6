// Collections of TanStack DB over a database that is durable in the browser, with a query that joins them.
import { BTreeIndex, createCollection, createLiveQueryCollection, eq } from "@tanstack/db";
import { Database } from "keyloft";
import { keyloftCollectionOptions } from "keyloft/tanstack";

interface Author {
  name: string;
}
interface Note {
  author: number;
  text: string;
  stars?: number;
}

const db = await Database.open("notes");
const authors = db.collection("authors", { row: {} as Author, key: "u32" });
const notes = db.collection("notes", { row: {} as Note, key: "string" });

const indexed = { autoIndex: "eager", defaultIndexType: BTreeIndex } as const;
const authorItems = createCollection({ ...keyloftCollectionOptions({ source: authors }), ...indexed });
const noteItems = createCollection({ ...keyloftCollectionOptions({ source: notes, key: "noteId" }), ...indexed });
const named = createLiveQueryCollection((query) =>
  query
    .from({ note: noteItems })
    .join({ author: authorItems }, ({ note, author }) => eq(note.author, author.id), "inner")
    .select(({ note, author }) => ({ noteId: note.noteId, text: note.text, name: author.name })),
);

// Direct use of the types: the items have the columns of the rows and the keys.
const insert = (noteId: string, author: number, text: string) => noteItems.insert({ noteId, author, text });
const author = (id: number, name: string) => authorItems.insert({ id, name });

Object.assign(globalThis, { app: { db, authors, notes, authorItems, noteItems, named, insert, author } });
