//! Reads what `crossplane parse` wrote: the same tree, out of JSON.
//!
//! The files' text is written anew, each directive on the line that it had, and then read like any
//! other: places are exact in their lines, and columns are those of the new text.

use std::collections::HashMap;

use serde_json::Value;

use super::directive::{Body, Directive, Tree};
use super::{circle, include, parse};
use crate::fault::SyntaxError;
use crate::source::{FileId, Sources, Span};

/// How many lines all files may have together: a line number is no reason to fill the memory.
const LINES_MAX: usize = 4_000_000;

/// Reads the output of `crossplane parse`, with or without comments and code in Lua.
///
/// `name` is what its file is called. What is no such output is an error of that file; errors that
/// crossplane met are among the tree's.
pub fn read_crossplane(name: &str, bytes: &[u8], sources: &mut Sources) -> Tree {
    let mut tree = Tree::default();
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => match value.get("config").and_then(Value::as_array) {
            Some(files) => whole(files, sources, &mut tree),
            None => {
                let at = start(sources.add(name, bytes));
                let error = SyntaxError::new(at, "this is no output of `crossplane parse`");
                tree.errors.push(error.expected("an object with `config`"));
            }
        },
        Err(error) => {
            let id = sources.add(name, bytes);
            let at = Lines::of(sources, id).start(error.line());
            tree.errors.push(SyntaxError::new(at, format!("this is no JSON: {error}")));
        }
    }
    tree
}

fn whole(files: &[Value], sources: &mut Sources, tree: &mut Tree) {
    let mut left = LINES_MAX;
    for file in files {
        let mut text = Text::new(left);
        text.block(array(file, "parsed"));
        left = left.saturating_sub(text.line);
        let id = sources.add(string(file, "file").unwrap_or("nginx.conf"), text.text.as_bytes());
        let (mut parsed, error) = parse::parse(sources, id);
        link(&mut parsed.directives, &text.includes, files.len());
        tree.errors.extend(error);
        let lines = Lines::of(sources, id);
        for error in array(file, "errors") {
            let line = error.get("line").and_then(Value::as_u64).unwrap_or(1);
            let at = lines.start(usize::try_from(line).unwrap_or(1));
            let what = string(error, "error").unwrap_or("crossplane met an error here");
            tree.errors.push(SyntaxError::new(at, what));
        }
        tree.files.push(parsed);
    }
    circle::cut(tree);
    include::finish(tree, sources);
}

/// Puts the numbers of included files into the directives that include them.
fn link(block: &mut [Directive], includes: &HashMap<u32, Vec<usize>>, count: usize) {
    for directive in block {
        if let Some(files) = includes.get(&directive.span.start) {
            let files = files.iter().copied().filter(|&file| file < count);
            directive.body = Body::Files(files.collect());
        } else if let Body::Block(inner) = &mut directive.body {
            link(inner, includes, count);
        }
    }
}

/// A file's text that is written anew.
struct Text {
    text: String,
    line: usize,
    lines_max: usize,
    /// The files of each `include`, by where that begins.
    includes: HashMap<u32, Vec<usize>>,
}

impl Text {
    fn new(lines_max: usize) -> Text {
        Text { text: String::new(), line: 1, lines_max, includes: HashMap::new() }
    }

    // As deep as JSON nests, which its reader limits.
    fn block(&mut self, directives: &[Value]) {
        for directive in directives {
            self.directive(directive);
        }
    }

    fn directive(&mut self, value: &Value) {
        let line = value.get("line").and_then(Value::as_u64).unwrap_or(0);
        self.go_to(usize::try_from(line).unwrap_or(0));
        let name = string(value, "directive").unwrap_or("");
        if name == "#" {
            let comment = string(value, "comment").unwrap_or("").replace('\n', " ");
            self.push("#");
            self.push(&comment);
            self.push("\n");
            return;
        }
        let args: Vec<&str> = array(value, "args").iter().filter_map(Value::as_str).collect();
        let includes = value.get("includes").and_then(Value::as_array);
        if let Some(files) = includes.filter(|_| name == "include") {
            let numbers = files.iter().filter_map(Value::as_u64);
            let numbers = numbers.filter_map(|number| usize::try_from(number).ok()).collect();
            self.includes.insert(self.text.len() as u32, numbers);
        }
        self.word(name);
        self.arguments(name, &args);
        match value.get("block").and_then(Value::as_array) {
            Some(block) => {
                self.push(" {");
                self.push(" ");
                self.block(block);
                self.push("} ");
            }
            None if name.ends_with("_by_lua_block") => {}
            None => self.push("; "),
        }
    }

    fn arguments(&mut self, name: &str, args: &[&str]) {
        let last = args.len().saturating_sub(1);
        for (index, arg) in args.iter().enumerate() {
            self.push(" ");
            if name.ends_with("_by_lua_block") && index == last {
                self.push("{");
                self.push(arg);
                self.push("} ");
                continue;
            }
            // crossplane takes the parentheses of a condition away.
            if name == "if" && index == 0 && !arg.starts_with('(') {
                self.push("(");
            }
            self.word(arg);
            if name == "if" && index == last && args.first().is_some_and(|a| !a.starts_with('(')) {
                self.push(")");
            }
        }
    }

    /// Writes a word so that it is read as it was. Its backslashes are still those of the file.
    fn word(&mut self, word: &str) {
        let special =
            |c: char| c.is_whitespace() || matches!(c, ';' | '{' | '}' | '"' | '\'' | '#');
        if !word.is_empty() && !word.contains(special) && !word.ends_with('\\') {
            self.push(word);
            return;
        }
        let mut quoted = String::with_capacity(word.len() + 2);
        let mut escaped = false;
        for char in word.chars() {
            if char == '"' && !escaped {
                quoted.push('\\');
            }
            escaped = char == '\\' && !escaped;
            quoted.push(char);
        }
        if escaped {
            quoted.push('\\');
        }
        self.push("\"");
        self.push(&quoted);
        self.push("\"");
    }

    fn push(&mut self, text: &str) {
        self.line += text.bytes().filter(|&byte| byte == b'\n').count();
        self.text.push_str(text);
    }

    fn go_to(&mut self, line: usize) {
        while self.line < line.min(self.lines_max) {
            self.push("\n");
        }
    }
}

fn array<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn string<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

fn start(file: FileId) -> Span {
    Span { file, start: 0, end: 0 }
}

/// Where each line of a file begins.
struct Lines {
    file: FileId,
    starts: Vec<u32>,
}

impl Lines {
    fn of(sources: &Sources, file: FileId) -> Lines {
        let mut at = 0;
        let ends = sources.text(file).split_inclusive('\n').map(|line| {
            at += line.len() as u32;
            at
        });
        Lines { file, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The beginning of a line, from 1; behind the last line, the end of the file.
    fn start(&self, line: usize) -> Span {
        let at = self.starts.get(line.saturating_sub(1)).or(self.starts.last());
        let at = at.copied().unwrap_or(0);
        Span { file: self.file, start: at, end: at }
    }
}
