//! `evenkeel audit` and `explain`: files as people have them, judged by the real command.

mod allowed;
mod codes;
mod files;
mod forms;
mod logs;
