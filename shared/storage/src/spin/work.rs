//! Work that one request does and others wait for.
//!
//! The first sixteen requests of an instance come together, and what each of them fetched for itself (a
//! variable, a handle, the same link) was most of what an instance did in its short life. Plain Rust cannot
//! wake the task of another request, so each who waits reads a stream of its own, which ends when the work
//! is done ([`signal`]).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use spin_sdk::wasip3::wit_stream;
use spin_sdk::wit_bindgen::{StreamReader, StreamWriter};

/// Wakes who waits for it, also in another request, when it is dropped.
pub struct Signal(#[expect(dead_code, reason = "what counts is its end")] StreamWriter<u8>);

/// Waits for a [`Signal`].
pub struct Signalled(StreamReader<u8>);

/// Something to wait for.
pub fn signal() -> (Signal, Signalled) {
    let (writer, reader) = wit_stream::new();
    (Signal(writer), Signalled(reader))
}

impl Signalled {
    /// Waits until the signal is dropped.
    pub async fn wait(mut self) {
        // Nothing is ever written: it ends.
        drop(self.0.read(Vec::with_capacity(1)).await);
    }
}

/// Work that others wait for.
pub struct Work<T> {
    result: RefCell<Option<T>>,
    is_over: Cell<bool>,
    waiting: RefCell<Vec<Signal>>,
}

impl<T: Clone> Work<T> {
    /// Work that is about to be done, by whoever calls [`Work::run`].
    pub fn new() -> Rc<Self> {
        Rc::new(Self {
            result: RefCell::new(None),
            is_over: Cell::new(false),
            waiting: RefCell::new(Vec::new()),
        })
    }

    /// Does the work, and wakes those who wait.
    pub async fn run(self: &Rc<Self>, work: impl Future<Output = T>) -> T {
        let promise = self.promise();
        let result = work.await;
        promise.keep(result.clone());
        result
    }

    /// For work that is done elsewhere.
    pub fn promise(self: &Rc<Self>) -> Promise<T> {
        Promise(Rc::clone(self))
    }

    /// The result, when it is there; `None` where the work was abandoned.
    pub async fn wait(&self) -> Option<T> {
        if !self.is_over.get() {
            let (signal, signalled) = signal();
            self.waiting.borrow_mut().push(signal);
            signalled.wait().await;
        }
        self.result.borrow().clone()
    }
}

/// The promise that work will be over. Also where it is abandoned, nobody must wait for ever: whoever drops the
/// promise wakes those who wait.
pub struct Promise<T>(Rc<Work<T>>);

impl<T> Promise<T> {
    /// Gives the result, and wakes those who wait.
    pub fn keep(self, result: T) {
        *self.0.result.borrow_mut() = Some(result);
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.0.is_over.set(true);
        drop(self.0.waiting.take());
    }
}

type Made<T, E> = Rc<Work<Result<T, E>>>;

/// A value that is made once an instance, by whoever needs it first. What failed is tried again by the next
/// who comes.
pub struct Once<T, E>(RefCell<Option<Made<T, E>>>);

impl<T: Clone, E: Clone> Once<T, E> {
    /// Not made yet.
    pub const fn new() -> Self {
        Self(RefCell::new(None))
    }

    /// The value, if it is there already.
    pub fn known(&self) -> Option<T> {
        let made = self.0.borrow();
        let result = made.as_ref()?.result.borrow();
        result.as_ref()?.as_ref().ok().cloned()
    }

    /// The value, made by `make` unless it is there or somebody makes it already.
    ///
    /// # Errors
    /// What `make` says.
    pub async fn get(&self, make: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E> {
        let known = self.0.borrow().clone();
        if let Some(work) = known {
            return match work.wait().await {
                Some(result) => result,
                None => make().await,
            };
        }
        let work = Work::new();
        *self.0.borrow_mut() = Some(Rc::clone(&work));
        let result = work.run(make()).await;
        if result.is_err() {
            *self.0.borrow_mut() = None;
        }
        result
    }
}

impl<T: Clone, E: Clone> Default for Once<T, E> {
    fn default() -> Self {
        Self::new()
    }
}
