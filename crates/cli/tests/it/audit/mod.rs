//! `evenkeel audit` and `explain`: files as people have them, and this balancer's own, judged by
//! the real command.

mod again;
mod allowed;
mod clear;
mod codes;
mod files;
mod fix;
mod fleet;
mod forms;
mod guide;
mod hostile;
mod logs;
mod own;
mod policy;
