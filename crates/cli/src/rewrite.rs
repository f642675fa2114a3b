//! Puts new texts in the place of files, each whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::{Path, PathBuf};

use audit::Mended;

/// Writes all files anew. None is touched unless all can be written and are what was read.
///
/// # Errors
/// Why nothing was written; or, where somebody wrote meanwhile, which files were.
pub(crate) fn all(files: &[Mended]) -> Result<(), String> {
    let drafts: Vec<Draft> = files.iter().map(Draft::write).collect::<Result<_, _>>()?;
    drafts.iter().zip(files).try_for_each(|(draft, file)| draft.check(file))?;
    let mut written: Vec<&str> = Vec::new();
    for (draft, file) in drafts.iter().zip(files) {
        // Once more: between this and the renaming is as little time as there can be.
        let put = draft.check(file).and_then(|()| draft.put(file));
        put.map_err(|why| match written.as_slice() {
            [] => why,
            _ => format!("{why}; already written: {}", written.join(", ")),
        })?;
        written.push(&file.name);
    }
    Ok(())
}

/// A new text beside the file that it is for; removed when dropped and not put in place.
struct Draft {
    path: PathBuf,
    target: PathBuf,
}

impl Draft {
    fn write(file: &Mended) -> Result<Draft, String> {
        Draft::create(file).map_err(|error| format!("cannot write {}: {error}", file.name))
    }

    fn create(file: &Mended) -> io::Result<Draft> {
        // Where it is a link, the file is what is written anew, and the link stays.
        let target = fs::canonicalize(&file.name)?;
        let there = fs::metadata(&target)?;
        // A new file could be put in its place all the same; who made it read-only meant it.
        OpenOptions::new().write(true).open(&target)?;
        if there.nlink() > 1 {
            let why = "it has several names, which would become two files";
            return Err(io::Error::new(io::ErrorKind::Unsupported, why));
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = target.with_file_name(format!(".{name}.evenkeel-{}", std::process::id()));
        let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let draft = Draft { path, target };
        new.write_all(file.after.as_bytes())?;
        let own = new.metadata()?;
        if (own.uid(), own.gid()) != (there.uid(), there.gid()) {
            chown(&draft.path, Some(there.uid()), Some(there.gid()))?;
        }
        new.set_permissions(there.permissions())?;
        new.sync_all()?;
        Ok(draft)
    }

    /// # Errors
    /// When the file is not what was read.
    fn check(&self, file: &Mended) -> Result<(), String> {
        match fs::read(&self.target) {
            Ok(bytes) if bytes == file.before.as_bytes() => Ok(()),
            Ok(_) => Err(format!(
                "{} is not what was read: somebody has written it since, or it is not UTF-8; \
                 nothing is changed there",
                file.name
            )),
            Err(error) => Err(format!("cannot read {} again: {error}", file.name)),
        }
    }

    fn put(&self, file: &Mended) -> Result<(), String> {
        let put = fs::rename(&self.path, &self.target).and_then(|()| settle(&self.target));
        put.map_err(|error| format!("cannot write {}: {error}", file.name))
    }
}

/// The new name of a file outlives a crash only with its folder.
fn settle(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Once it is in place nothing has this name.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::folder::Folder;

    fn mended(path: &Path, before: &str) -> Mended {
        let name = path.display().to_string();
        Mended { name, before: before.to_owned(), after: "new\n".to_owned() }
    }

    fn names(folder: &Folder) -> usize {
        fs::read_dir(folder.path()).unwrap().count()
    }

    #[test]
    fn a_file_keeps_its_rights_and_its_links() {
        let folder = Folder::create("rewrite").unwrap();
        let (file, link) = (folder.path().join("a.cfg"), folder.path().join("link.cfg"));
        fs::write(&file, "old\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("a.cfg", &link).unwrap();
        all(&[mended(&link, "old\n")]).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new\n");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(names(&folder), 2, "no draft is left");
    }

    /// Goal: what somebody wrote meanwhile is not lost, and no file is written without the others.
    /// Method: two files, one of which is not what was read; one of two names.
    #[test]
    fn what_has_changed_is_not_touched() {
        let folder = Folder::create("rewrite").unwrap();
        let (one, two) = (folder.path().join("a.cfg"), folder.path().join("b.cfg"));
        fs::write(&one, "old\n").unwrap();
        fs::write(&two, "newer\n").unwrap();
        let why = all(&[mended(&one, "old\n"), mended(&two, "old\n")]).unwrap_err();
        assert!(why.contains("b.cfg is not what was read"), "{why}");
        assert_eq!(fs::read_to_string(&one).unwrap(), "old\n");
        fs::hard_link(&one, folder.path().join("c.cfg")).unwrap();
        let why = all(&[mended(&one, "old\n")]).unwrap_err();
        assert!(why.contains("several names"), "{why}");
        assert_eq!(names(&folder), 3, "no draft is left");
    }
}
