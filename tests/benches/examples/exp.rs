use std::{hint::black_box, sync::Arc, time::Instant};
use keyloft::*;
use keyloft_redb::RedbBackend;
use redb::{Database, ReadableDatabase, TableDefinition};
const T: TableDefinition<&[u8], &[u8]> = TableDefinition::new("plain");
fn user(i: usize) -> User { User { password_hash: format!("$argon2id$v=19$m=19456$c2FsdHNhbHRzYWx0$ZGlnZX${i:013}"), email: Some(format!("{i:07}@mail.example")), auth_type: AuthType::Password, last_seen: Some(1), ..User::new(format!("u{:06}-{:02}", i/100, i%100), format!("{i:08}"), Role::User, 1_763_000_000_000) } }
struct R(u64);
impl R { fn next(&mut self, n: usize) -> usize { self.0 ^= self.0 << 13; self.0 ^= self.0 >> 7; self.0 ^= self.0 << 17; (self.0 % n as u64) as usize } }
fn med(mut v: Vec<f64>) -> f64 { v.sort_by(|a, b| a.total_cmp(b)); v[v.len() / 2] }
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let chunk: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let rounds: usize = std::env::args().nth(3).unwrap().parse().unwrap();
    let only: Option<usize> = std::env::args().nth(4).map(|s| s.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let db = Database::create(dir.path().join("raw")).unwrap();
    let be: Arc<dyn StorageBackend> = Arc::new(RedbBackend::create(dir.path().join("ours")).unwrap());
    let st = SystemTableStore::<UserId, User>::with_schema(be.clone(), Schema::new("plain"));
    let mut order: Vec<usize> = (0..n).collect(); let mut r = R(99); for i in (1..n).rev() { order.swap(i, r.next(i + 1)); }
    for b in order.chunks(10000) {
        let w = db.begin_write().unwrap();
        { let mut t = w.open_table(T).unwrap(); for &i in b { let u = user(i); t.insert(u.user_id.as_bytes(), &postcard::to_allocvec(&u).unwrap()[..]).unwrap(); } }
        w.commit().unwrap();
        st.put_many(&b.iter().map(|&i| { let u = user(i); (u.user_id.clone(), u) }).collect::<Vec<_>>()).unwrap();
    }
    let tx = db.begin_read().unwrap(); let t = tx.open_table(T).unwrap();
    let snap = be.snapshot().unwrap(); let p = Partition::from("plain");
    let h = st.at(&snap);
    let lots: Vec<Vec<UserId>> = (0..=rounds).map(|_| (0..chunk).map(|_| user(r.next(n)).user_id).collect()).collect();
    let mut subj: Vec<(&str, Box<dyn FnMut(usize)>)> = vec![
        ("raw naive", Box::new(|k| for id in &lots[k] { let tx = db.begin_read().unwrap(); let t = tx.open_table(T).unwrap(); black_box(t.get(id.as_bytes()).unwrap().map(|v| postcard::from_bytes::<User>(v.value()).unwrap())); })),
        ("raw held len", Box::new(|k| for id in &lots[rounds - k] { black_box(t.get(id.as_bytes()).unwrap().map(|v| v.value().len())); })),
        ("raw held decode", Box::new(|k| for id in &lots[(k * 7 + 3) % rounds] { black_box(t.get(id.as_bytes()).unwrap().map(|v| postcard::from_bytes::<User>(v.value()).unwrap())); })),
        ("ours snap len", Box::new(|k| for id in &lots[k] { let mut l = 0; snap.get(&p, id.as_bytes(), &mut |v| l = v.len()).unwrap(); black_box(l); })),
        ("ours held decode", Box::new(|k| for id in &lots[rounds - k] { black_box(h.get(id).unwrap()); })),
        ("ours one call", Box::new(|k| for id in &lots[(k * 7 + 3) % rounds] { black_box(st.get(id).unwrap()); })),
        ("ours get_many", Box::new(|k| for ids in lots[(k * 5 + 2) % rounds].chunks(1000) { black_box(st.get_many(ids).unwrap()); })),
        ("raw held sorted", Box::new(|k| { let mut ids: Vec<&UserId> = lots[(k * 5 + 1) % rounds].iter().collect(); ids.sort_unstable(); for id in ids { black_box(t.get(id.as_bytes()).unwrap().map(|v| postcard::from_bytes::<User>(v.value()).unwrap())); } })),
    ];
    if let Some(o) = only { for _ in 0..std::env::args().nth(5).unwrap().parse().unwrap() { for k in 0..=rounds { (subj[o].1)(k); } } return; }
    let mut times = vec![vec![]; subj.len()];
    for k in 0..=rounds { for j in 0..subj.len() { let j = (j + k) % subj.len(); let s = Instant::now(); (subj[j].1)(k); times[j].push(s.elapsed().as_nanos() as f64 / chunk as f64); } }
    let base = med(times[0].clone());
    for (s, t) in subj.iter().zip(&times) { println!("{:20} {:8.0} ns {:.3}", s.0, med(t.clone()), med(t.iter().zip(&times[0]).map(|(a, b)| a / b).collect())); }
    let _ = base;
}
