//! [`Files`]: databases for the suite, which can't wait for a browser: all that a case may ask for is opened before it.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use js_sys::{Object, Promise, Reflect};
use keyloft::StorageBackend;
use keyloft_conformance::{Faulty, Fixture, Place};
use keyloft_opfs::OpfsStorage;
use keyloft_redb::{RedbBackend, Storage};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    DedicatedWorkerGlobalScope, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions,
    FileSystemSyncAccessHandle,
};

/// How many databases, and how many places, one case asks for at most.
const AT_MOST: usize = 4;

/// How often a place is opened at most.
const OPENINGS: usize = 8;

/// The databases of one case.
pub(crate) struct Files {
    fresh: RefCell<Vec<RedbBackend>>,
    places: RefCell<Vec<Place>>,
    faulty: RefCell<Option<Faulty>>,
}

impl Files {
    pub(crate) async fn opened() -> Self {
        let mut fresh = Vec::new();
        let mut places = Vec::new();
        for _ in 0..AT_MOST {
            fresh.push(keyloft_opfs::create_new(&unused_name()).await.unwrap());
            places.push(place().await);
        }
        let faulty = RefCell::new(Some(faulty().await));
        Self { fresh: RefCell::new(fresh), places: RefCell::new(places), faulty }
    }
}

impl Fixture for Files {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(self.fresh.borrow_mut().pop().expect("a case asks for more databases: raise AT_MOST"))
    }

    fn place(&self) -> Option<Place> {
        Some(self.places.borrow_mut().pop().expect("a case asks for more places: raise AT_MOST"))
    }

    fn faulty(&self) -> Option<Faulty> {
        Some(self.faulty.take().expect("a case asks for more than one faulty database"))
    }
}

/// A name that no database had before.
fn unused_name() -> String {
    thread_local! { static NEXT: Cell<u32> = const { Cell::new(0) } }
    format!("suite {}", NEXT.replace(NEXT.get() + 1))
}

/// A file with so many handles, each of which opens it once. Only handles that don't lock it can be there at once.
async fn place() -> Place {
    let worker: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let root: FileSystemDirectoryHandle = got(worker.navigator().storage().get_directory()).await;
    let create = FileSystemGetFileOptions::new();
    create.set_create(true);
    let file: FileSystemFileHandle = got(root.get_file_handle_with_options(&unused_name(), &create)).await;
    let unlocked = Object::new();
    Reflect::set(&unlocked, &"mode".into(), &"readwrite-unsafe".into()).unwrap();
    let make: js_sys::Function =
        Reflect::get(&file, &"createSyncAccessHandle".into()).unwrap().unchecked_into();
    let mut handles = Vec::new();
    for _ in 0..OPENINGS {
        let handle: Promise = make.call1(&file, &unlocked).unwrap().unchecked_into();
        handles.push(got::<FileSystemSyncAccessHandle>(handle).await);
    }
    let handles = Rc::new(RefCell::new(handles));
    Box::new(move || {
        let handle = handles.borrow_mut().pop().expect("a case opens a place more often: raise OPENINGS");
        Arc::new(RedbBackend::with_storage(OpfsStorage::from(handle)).unwrap())
    })
}

async fn got<T: JsCast>(promise: Promise) -> T {
    let value: JsValue = promise.await.unwrap();
    value.dyn_into().unwrap()
}

async fn faulty() -> Faulty {
    let fail = Arc::new(AtomicBool::new(false));
    let file = OpfsStorage::create_new(&unused_name()).await.unwrap();
    let storage = Failing { file, fail: Arc::clone(&fail) };
    // With no cache every read goes to the file.
    let backend = RedbBackend::options().cache_bytes(0).with_storage(storage).unwrap();
    Faulty { backend: Arc::new(backend), fail: Box::new(move |now| fail.store(now, Ordering::Relaxed)) }
}

#[derive(Debug)]
struct Failing {
    file: OpfsStorage,
    fail: Arc<AtomicBool>,
}

impl Failing {
    fn file(&self) -> io::Result<&OpfsStorage> {
        if self.fail.load(Ordering::Relaxed) { Err(io::Error::other("told to fail")) } else { Ok(&self.file) }
    }
}

impl Storage for Failing {
    fn len(&self) -> io::Result<u64> {
        self.file()?.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file()?.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file()?.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file()?.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.file()?.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }
}
