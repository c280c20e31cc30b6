//! [`Files`]: databases for the conformance suite. Its cases are synchronous, so every file is opened before the case runs.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

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

/// The most databases that a case opens.
const DATABASES: usize = 12;

/// The most places that a case asks for, and the most openings of one.
const PLACES: usize = 3;
const OPENINGS: usize = 8;

/// The locked files that no case uses.
static UNUSED: Mutex<Vec<Arc<OpfsStorage>>> = Mutex::new(Vec::new());

/// The databases of one case.
pub(crate) struct Files {
    places: RefCell<Vec<Place>>,
}

impl Files {
    pub(crate) async fn opened(places: bool) -> Self {
        while UNUSED.lock().unwrap().len() < DATABASES {
            let file = OpfsStorage::create_new(&unused_name()).await.unwrap();
            UNUSED.lock().unwrap().push(Arc::new(file));
        }
        let files = Self { places: RefCell::default() };
        for _ in 0..if places { PLACES } else { 0 } {
            let place = place().await;
            files.places.borrow_mut().push(place);
        }
        files
    }
}

impl Fixture for Files {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(RedbBackend::with_storage(Lent::new()).unwrap())
    }

    fn place(&self) -> Option<Place> {
        Some(self.places.borrow_mut().pop().expect("this group of cases has too few places, or none"))
    }

    fn faulty(&self) -> Option<Faulty> {
        let storage = Lent::new();
        let fail = Arc::clone(&storage.fail);
        // With no cache every read goes to the file.
        let backend = RedbBackend::options().cache_bytes(0).with_storage(storage).unwrap();
        Some(Faulty {
            backend: Arc::new(backend),
            fail: Box::new(move |now| fail.store(now, Ordering::Relaxed)),
        })
    }
}

/// Returns a name that no file has.
fn unused_name() -> String {
    thread_local! { static NEXT: Cell<u32> = const { Cell::new(0) } }
    format!("suite {}", NEXT.replace(NEXT.get() + 1))
}

/// Returns a place of a file with a handle for each opening. Several handles can exist only if they don't lock the file.
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

/// An unused file, emptied, which is unused again when it is closed. It fails while the flag is set.
#[derive(Debug)]
struct Lent {
    file: Arc<OpfsStorage>,
    fail: Arc<AtomicBool>,
}

impl Lent {
    fn new() -> Self {
        let file = UNUSED.lock().unwrap().pop().expect("a case has more databases open: raise DATABASES");
        file.set_len(0).unwrap();
        Self { file, fail: Arc::default() }
    }

    fn file(&self) -> io::Result<&OpfsStorage> {
        if self.fail.load(Ordering::Relaxed) {
            Err(io::Error::other("the test makes it fail"))
        } else {
            Ok(&self.file)
        }
    }
}

impl Storage for Lent {
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
        UNUSED.lock().unwrap().push(Arc::clone(&self.file));
        Ok(())
    }
}
