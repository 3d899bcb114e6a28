//! Short-lived state: every promise of `short_term::ShortTerm`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vestibule::short_term::{Key, Kind};

use super::fixtures::{ShortTermGround, guid};

macro_rules! cases {
    ($make:ident) => {
        super::suite!($make:
            values_are_kept_as_given,
            inv6_kinds_and_tenants_never_meet,
            put_replaces_value_and_lifetime,
            expired_values_are_gone,
            put_new_keeps_the_first,
            of_200_parallel_takers_one_gets_it,
            of_200_parallel_put_new_one_wins,
            touch_replaces_and_never_revives,
            counters_count_and_end_with_their_window,
            a_thousand_puts_at_once_are_fast,
            names_end_one_by_one,
            of_200_parallel_names_none_is_lost,
            a_set_is_no_value_and_no_counter,
            a_set_knows_what_it_had_no_room_for,
            the_keys_of_a_kind_are_all_told,
        );
    };
}

cases!(embedded);
#[cfg(feature = "redis")]
cases!(redis);

const MINUTE: Duration = Duration::from_secs(60);

fn key(ground: &ShortTermGround, kind: Kind) -> Key {
    Key::of(ground.tenant, kind, guid().to_string())
}

async fn values_are_kept_as_given(ground: ShortTermGround) {
    let store = &ground.store;
    let every_byte: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for value in [&b""[..], b"text", &every_byte] {
        let key = key(&ground, Kind::Session);
        assert_eq!(store.get(&key).await.unwrap(), None);
        store.put(&key, value, MINUTE).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(value));
        assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(value), "reading changes nothing");
        assert_eq!(store.take(&key).await.unwrap().as_deref(), Some(value));
        assert_eq!(store.get(&key).await.unwrap(), None);
        assert_eq!(store.take(&key).await.unwrap(), None);
        store.put(&key, value, MINUTE).await.unwrap();
        store.remove(&key).await.unwrap();
        store.remove(&key).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap(), None);
    }
    store.ping().await.unwrap();
}

async fn inv6_kinds_and_tenants_never_meet(ground: ShortTermGround) {
    let (store, id) = (&ground.store, guid().to_string());
    let home = Key::of(ground.tenant, Kind::Code, &id);
    store.put(&home, b"here", MINUTE).await.unwrap();
    let elsewhere = [
        Key::of(ground.other, Kind::Code, &id),
        Key::of(ground.tenant, Kind::Handle, &id),
        Key::instance(Kind::Code, &id),
        Key::instance(Kind::Code, format!("{}:code:{id}", ground.tenant)),
        Key::of(ground.tenant, Kind::Code, id.to_uppercase()),
        Key::of(ground.tenant, Kind::Code, format!("{id} ")),
        Key::of(ground.tenant, Kind::Code, format!("{id}*")),
    ];
    for other in &elsewhere {
        assert_eq!(store.get(other).await.unwrap(), None, "{other:?}");
        assert_eq!(store.take(other).await.unwrap(), None, "{other:?}");
        store.remove(other).await.unwrap();
        store.touch(other, b"there", MINUTE).await.unwrap();
        store.put(other, b"there", MINUTE).await.unwrap();
    }
    assert_eq!(store.get(&home).await.unwrap().as_deref(), Some(&b"here"[..]));
    store.remove(&home).await.unwrap();
    for other in &elsewhere {
        assert_eq!(store.take(other).await.unwrap().as_deref(), Some(&b"there"[..]), "negative control {other:?}");
    }
}

async fn put_replaces_value_and_lifetime(ground: ShortTermGround) {
    let (store, key) = (&ground.store, key(&ground, Kind::Journey));
    store.put(&key, b"long", MINUTE).await.unwrap();
    store.put(&key, b"short", Duration::from_millis(100)).await.unwrap();
    assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(&b"short"[..]));
    ground.pass(Duration::from_millis(100)).await;
    assert_eq!(store.get(&key).await.unwrap(), None);
    store.put(&key, b"short", Duration::from_millis(100)).await.unwrap();
    store.put(&key, b"long", MINUTE).await.unwrap();
    ground.pass(Duration::from_millis(200)).await;
    assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(&b"long"[..]));
}

async fn expired_values_are_gone(ground: ShortTermGround) {
    let store = &ground.store;
    let keys = [key(&ground, Kind::Code), key(&ground, Kind::Code), key(&ground, Kind::Code)];
    for key in &keys {
        store.put(key, b"x", Duration::from_millis(300)).await.unwrap();
        assert!(store.get(key).await.unwrap().is_some());
    }
    ground.pass(Duration::from_millis(300)).await;
    assert_eq!(store.get(&keys[0]).await.unwrap(), None);
    assert_eq!(store.take(&keys[1]).await.unwrap(), None);
    store.touch(&keys[2], b"y", MINUTE).await.unwrap();
    assert_eq!(store.get(&keys[2]).await.unwrap(), None, "a touch must not revive");
    assert!(store.put_new(&keys[2], b"z", MINUTE).await.unwrap(), "an expired value is no value");
}

async fn put_new_keeps_the_first(ground: ShortTermGround) {
    let (store, key) = (&ground.store, key(&ground, Kind::OneTimeLink));
    assert!(store.put_new(&key, b"first", Duration::from_millis(300)).await.unwrap());
    assert!(!store.put_new(&key, b"second", MINUTE).await.unwrap());
    assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(&b"first"[..]));
    ground.pass(Duration::from_millis(300)).await;
    assert_eq!(store.get(&key).await.unwrap(), None, "the second did not prolong it");
}

async fn of_200_parallel_takers_one_gets_it(ground: ShortTermGround) {
    let key = key(&ground, Kind::Code);
    for take in [true, false] {
        ground.store.put(&key, b"code", MINUTE).await.unwrap();
        let gate = Arc::new(tokio::sync::Barrier::new(200));
        let mut takers = Vec::new();
        for _ in 0..200 {
            let (store, key, gate) = (Arc::clone(&ground.store), key.clone(), Arc::clone(&gate));
            takers.push(tokio::spawn(async move {
                gate.wait().await;
                if take {
                    return store.take(&key).await.unwrap().is_some();
                }
                // Negative control: read, then remove, as a naive store would; all have read before the first removes.
                let found = store.get(&key).await.unwrap().is_some();
                gate.wait().await;
                store.remove(&key).await.unwrap();
                found
            }));
        }
        let mut got = 0;
        for taker in takers {
            got += u32::from(taker.await.unwrap());
        }
        if take { assert_eq!(got, 1) } else { assert!(got > 1, "negative control") }
    }
}

async fn of_200_parallel_put_new_one_wins(ground: ShortTermGround) {
    let key = key(&ground, Kind::OneTimeLink);
    let mut writers = Vec::new();
    for number in 0..200 {
        let (store, key) = (Arc::clone(&ground.store), key.clone());
        let value = format!("{number}").into_bytes();
        writers.push(tokio::spawn(async move { store.put_new(&key, &value, MINUTE).await.unwrap().then_some(value) }));
    }
    let mut winners = Vec::new();
    for writer in writers {
        winners.extend(writer.await.unwrap());
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(ground.store.get(&key).await.unwrap().as_ref(), winners.first());
}

async fn touch_replaces_and_never_revives(ground: ShortTermGround) {
    let (store, key) = (&ground.store, key(&ground, Kind::Session));
    store.put(&key, b"old", Duration::from_millis(500)).await.unwrap();
    store.touch(&key, b"new", MINUTE).await.unwrap();
    assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(&b"new"[..]));
    ground.pass(Duration::from_millis(600)).await;
    assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(&b"new"[..]), "the lifetime is replaced too");
    store.remove(&key).await.unwrap();
    store.touch(&key, b"ghost", MINUTE).await.unwrap();
    assert_eq!(store.get(&key).await.unwrap(), None);
    // Also when both come at once, a hundred times.
    for _ in 0..100 {
        store.put(&key, b"live", MINUTE).await.unwrap();
        let (toucher, touched) = (Arc::clone(store), key.clone());
        let touching = tokio::spawn(async move { toucher.touch(&touched, b"ghost", MINUTE).await });
        store.remove(&key).await.unwrap();
        touching.await.unwrap().unwrap();
        assert_eq!(store.get(&key).await.unwrap(), None);
    }
}

async fn counters_count_and_end_with_their_window(ground: ShortTermGround) {
    let (store, key) = (&ground.store, key(&ground, Kind::Limit));
    let window = Duration::from_millis(800);
    for expected in 1..=5 {
        assert_eq!(store.count(&key, window).await.unwrap(), expected);
    }
    ground.pass(Duration::from_millis(400)).await;
    assert_eq!(store.count(&key, window).await.unwrap(), 6, "counting does not move the end");
    ground.pass(Duration::from_millis(400)).await;
    assert_eq!(store.count(&key, MINUTE).await.unwrap(), 1);
    let mut counting = Vec::new();
    for _ in 0..200 {
        let (store, key) = (Arc::clone(store), key.clone());
        counting.push(tokio::spawn(async move { store.count(&key, MINUTE).await.unwrap() }));
    }
    let mut counts = Vec::new();
    for count in counting {
        counts.push(count.await.unwrap());
    }
    counts.sort_unstable();
    assert_eq!(counts, (2..=201).collect::<Vec<_>>(), "each count is given once");
    store.remove(&key).await.unwrap();
    assert_eq!(store.count(&key, MINUTE).await.unwrap(), 1);
    store.put(&key, b"no number", MINUTE).await.unwrap();
    assert!(store.count(&key, MINUTE).await.is_err());
}

async fn a_thousand_puts_at_once_are_fast(ground: ShortTermGround) {
    let began = Instant::now();
    let mut puts = Vec::new();
    for _ in 0..1000 {
        let (store, key) = (Arc::clone(&ground.store), key(&ground, Kind::Journey));
        puts.push(tokio::spawn(async move { store.put(&key, &[7; 600], MINUTE).await }));
    }
    for put in puts {
        put.await.unwrap().unwrap();
    }
    println!("1,000 concurrent puts: {:?}", began.elapsed());
    // One commit with a sync for each would take longer on any disk; the machine may be busy with other tests.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

async fn names_end_one_by_one(ground: ShortTermGround) {
    let (store, key) = (&ground.store, key(&ground, Kind::Index));
    let other = Key::of(ground.other, Kind::Index, key.id.clone());
    assert_eq!(store.listed(&key).await.unwrap(), Vec::<String>::new());
    store.enlist(&key, "short", Duration::from_millis(300)).await.unwrap();
    store.enlist(&key, "long", MINUTE).await.unwrap();
    store.enlist(&key, "prolonged", Duration::from_millis(300)).await.unwrap();
    store.enlist(&key, "prolonged", MINUTE).await.unwrap();
    assert_eq!(store.listed(&key).await.unwrap(), ["long", "prolonged", "short"]);
    assert!(store.listed(&other).await.unwrap().is_empty(), "INV6: another tenant's set is another one");
    ground.pass(Duration::from_millis(400)).await;
    assert_eq!(store.listed(&key).await.unwrap(), ["long", "prolonged"]);
    store.delist(&key, "long").await.unwrap();
    store.delist(&key, "never there").await.unwrap();
    assert_eq!(store.listed(&key).await.unwrap(), ["prolonged"]);
    store.delist(&key, "prolonged").await.unwrap();
    assert!(store.listed(&key).await.unwrap().is_empty());
    store.enlist(&key, "again", MINUTE).await.unwrap();
    store.remove(&key).await.unwrap();
    assert!(store.listed(&key).await.unwrap().is_empty(), "removing the key removes the set");
}

async fn of_200_parallel_names_none_is_lost(ground: ShortTermGround) {
    let key = key(&ground, Kind::Index);
    let gate = Arc::new(tokio::sync::Barrier::new(200));
    let mut adders = Vec::new();
    for number in 0..200 {
        let (store, key, gate) = (Arc::clone(&ground.store), key.clone(), Arc::clone(&gate));
        adders.push(tokio::spawn(async move {
            gate.wait().await;
            store.enlist(&key, &format!("{number}"), MINUTE).await.unwrap();
        }));
    }
    for adder in adders {
        adder.await.unwrap();
    }
    assert_eq!(ground.store.listed(&key).await.unwrap().len(), 200);
    // The control: a list that is read, changed and put back loses most of what others add meanwhile.
    let naive = Key::of(ground.tenant, Kind::Handle, "naive");
    let gate = Arc::new(tokio::sync::Barrier::new(200));
    let mut adders = Vec::new();
    for number in 0..200 {
        let (store, key, gate) = (Arc::clone(&ground.store), naive.clone(), Arc::clone(&gate));
        adders.push(tokio::spawn(async move {
            let mut list = store.get(&key).await.unwrap().unwrap_or_default();
            gate.wait().await;
            list.extend(format!("{number} ").into_bytes());
            store.put(&key, &list, MINUTE).await.unwrap();
        }));
    }
    for adder in adders {
        adder.await.unwrap();
    }
    let kept = ground.store.get(&naive).await.unwrap().unwrap();
    assert!(kept.split(|byte| *byte == b' ').count() < 200, "negative control");
}

async fn a_set_is_no_value_and_no_counter(ground: ShortTermGround) {
    let (store, key) = (&ground.store, key(&ground, Kind::Index));
    store.put(&key, b"no set", MINUTE).await.unwrap();
    assert!(store.listed(&key).await.is_err());
    assert!(store.enlist(&key, "name", MINUTE).await.is_err());
    store.remove(&key).await.unwrap();
    for number in 0..vestibule::short_term::NAMES_PER_SET + 5 {
        let lifetime = MINUTE + Duration::from_secs(number as u64);
        store.enlist(&key, &format!("{number:05}"), lifetime).await.unwrap();
    }
    let names = store.listed(&key).await.unwrap();
    assert_eq!(names.len(), vestibule::short_term::NAMES_PER_SET, "INV10");
    assert_eq!(names.first().map(String::as_str), Some("00005"), "those that end first make room");
}

async fn a_set_knows_what_it_had_no_room_for(ground: ShortTermGround) {
    let (store, key) = (&ground.store, key(&ground, Kind::Index));
    let most = vestibule::short_term::NAMES_PER_SET;
    assert!(!store.lacks(&key).await.unwrap());
    store.enlist(&key, "soon", Duration::from_secs(20)).await.unwrap();
    for number in 1..most {
        store.enlist(&key, &format!("{number:05}"), MINUTE).await.unwrap();
    }
    // Full, and nothing lost; nor by moving an end, or by taking a name off and adding another one.
    assert!(!store.lacks(&key).await.unwrap());
    store.enlist(&key, "soon", Duration::from_millis(1_500)).await.unwrap();
    store.delist(&key, "00007").await.unwrap();
    store.enlist(&key, "00007", MINUTE).await.unwrap();
    assert_eq!((store.listed(&key).await.unwrap().len(), store.lacks(&key).await.unwrap()), (most, false));
    store.enlist(&key, "one too many", MINUTE).await.unwrap();
    let lacks = store.lacks(&key).await.unwrap();
    let names = store.listed(&key).await.unwrap();
    assert_eq!((lacks, names.len(), names.contains(&"soon".to_owned())), (true, most, false));
    assert!(names.iter().all(|name| !name.is_empty()));
    // It goes on lacking it when there is room again, until that name would have ended.
    for name in &names[..500] {
        store.delist(&key, name).await.unwrap();
    }
    store.enlist(&key, "another", MINUTE).await.unwrap();
    assert!(store.lacks(&key).await.unwrap());
    assert!(!store.lacks(&Key::of(ground.other, Kind::Index, key.id.clone())).await.unwrap(), "INV6");
    ground.pass(Duration::from_millis(1_500)).await;
    store.enlist(&key, "later", MINUTE).await.unwrap();
    assert_eq!((store.listed(&key).await.unwrap().len(), store.lacks(&key).await.unwrap()), (502, false));
    store.remove(&key).await.unwrap();
    assert!(!store.lacks(&key).await.unwrap());
}

async fn the_keys_of_a_kind_are_all_told(ground: ShortTermGround) {
    let store = &ground.store;
    let gone = key(&ground, Kind::Session);
    store.put(&gone, b"x", Duration::from_millis(300)).await.unwrap();
    let mut expected = std::collections::BTreeSet::new();
    for number in 0..1_500 {
        let tenant = if number % 2 == 0 { ground.tenant } else { ground.other };
        // Two that end at the same moment stand apart all the same.
        let key = Key::of(tenant, Kind::Session, format!("{}/{number}", guid()));
        store.put(&key, b"x", MINUTE + Duration::from_secs(number / 3)).await.unwrap();
        expected.insert(key.flat());
    }
    let own = Key::instance(Kind::Session, format!("{}:session:x", guid()));
    store.put(&own, b"x", MINUTE).await.unwrap();
    expected.insert(own.flat());
    for other in [Kind::Handle, Kind::Index] {
        store.put(&Key::of(ground.tenant, other, format!("{}:session:y", guid())), b"x", MINUTE).await.unwrap();
    }
    ground.pass(Duration::from_millis(300)).await;
    let (mut told, mut from) = (Vec::new(), None::<String>);
    loop {
        let portion = store.keys(Kind::Session, from.as_deref()).await.unwrap();
        told.extend(portion.keys);
        match portion.next {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    assert!(told.iter().all(|key| key.kind == Kind::Session && *key != gone));
    // Others use the same Redis.
    let ours = |key: &&Key| key.tenant.is_none() || [ground.tenant, ground.other].map(Some).contains(&key.tenant);
    let told: std::collections::BTreeSet<String> = told.iter().filter(ours).map(Key::flat).collect();
    let missing: Vec<&String> = expected.difference(&told).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(told.iter().filter(|key| !key.starts_with("v1:-")).all(|key| expected.contains(key)));
    store.remove(&own).await.unwrap();
}
