//! Reads lines in threads and hands the results over in the order of the log.
//!
//! Blocks go round the threads in turn and are waited for in the same turn: that alone keeps the
//! order. As many blocks go round as memory is to be spent on.

use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, Scope};

use super::each::each;
use super::input::Block;
use super::line::Line;
use super::parser::Parser;
use super::reader::Reader;
use super::tally::Summary;

/// Blocks for each thread: one that is read, and others on their way.
const BLOCKS_EACH: usize = 4;

/// A block that was read.
struct Done<T> {
    result: T,
    summary: Summary,
    block: Block,
}

pub(super) fn in_threads<T: Send>(
    reader: Reader,
    parser: &Parser,
    threads: usize,
    start: &(impl Fn() -> T + Sync),
    visit: &(impl Fn(&mut T, u64, &Line<'_>) + Sync),
    mut take: impl FnMut(T),
) -> Summary {
    let count = threads * BLOCKS_EACH;
    let (give_back, free) = channel();
    (0..count).for_each(|_| drop(give_back.send(Block::default())));
    thread::scope(|scope| {
        let (mut jobs, mut done) = (Vec::new(), Vec::new());
        for _ in 0..threads {
            let (to, from) = worker(scope, parser.clone(), count, start, visit);
            jobs.push(to);
            done.push(from);
        }
        let unpacking = scope.spawn(move || deal(reader, &free, &jobs));
        let mut summary = collect(done, give_back, &mut take);
        summary.broke = match unpacking.join() {
            Ok(broke) => broke,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        summary
    })
}

/// A thread that reads the blocks which it is sent.
fn worker<'s, T: Send + 's>(
    scope: &'s Scope<'s, '_>,
    mut parser: Parser,
    count: usize,
    start: &'s (impl Fn() -> T + Sync),
    visit: &'s (impl Fn(&mut T, u64, &Line<'_>) + Sync),
) -> (SyncSender<Block>, Receiver<Done<T>>) {
    let (jobs, blocks) = sync_channel::<Block>(count);
    let (results, done) = sync_channel(count);
    scope.spawn(move || {
        for block in blocks {
            let mut result = start();
            let tell = |number, line: &Line<'_>| visit(&mut result, number, line);
            let summary = each(block.bytes(), block.first, &mut parser, tell);
            if results.send(Done { result, summary, block }).is_err() {
                break;
            }
        }
    });
    (jobs, done)
}

/// Unpacks the log and deals its blocks out in turn. Tells why it ended early.
fn deal(
    mut reader: Reader,
    free: &Receiver<Block>,
    jobs: &[SyncSender<Block>],
) -> Option<io::Error> {
    for to in jobs.iter().cycle() {
        let Ok(block) = free.recv() else { break };
        let Some(filled) = reader.next(block) else { break };
        if to.send(filled).is_err() {
            break;
        }
    }
    reader.broke()
}

/// Takes the results in the turn in which the blocks were dealt. Where it ends early, since a
/// thread has panicked, the others find their channels closed and end too.
fn collect<T>(
    done: Vec<Receiver<Done<T>>>,
    give_back: Sender<Block>,
    take: &mut impl FnMut(T),
) -> Summary {
    let mut summary = Summary::default();
    for from in done.iter().cycle() {
        let Ok(Done { result, summary: later, block }) = from.recv() else { break };
        summary.add(later);
        take(result);
        // Nobody takes it when the log has ended.
        let _ = give_back.send(block);
    }
    summary
}
