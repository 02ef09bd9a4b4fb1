// Small hooks that join the store and the browser to components.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { State, Store } from "./store";

export function useStore(store: Store): State {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state); // what changed between the first drawing and now
    return store.subscribe(() => setState(store.state));
  }, [store]);
  return state;
}

const NEAR_PX = 80;

/** Keeps the end of a scrolling list in sight while the reader is there, and lets them read above in peace. */
export function useStickToEnd(...changes: unknown[]) {
  const ref = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [isAway, setAway] = useState(false);
  const onScroll = () => {
    const list = ref.current!;
    sticks.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
    setAway(!sticks.current);
  };
  const toEnd = (behavior: ScrollBehavior = "auto") => {
    sticks.current = true;
    ref.current?.scrollTo({ top: ref.current.scrollHeight, behavior });
  };
  useLayoutEffect(() => {
    if (sticks.current) toEnd();
  }, changes);
  useEffect(() => {
    const observer = new ResizeObserver(() => sticks.current && toEnd());
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  return { ref, onScroll, toEnd, isAway };
}

const LONGEST_MS = 3_600_000; // a laptop that slept wakes with a wrong timer

/** The time, anew when `next` says that something changes by it. */
export function useNow(next: (now: number) => number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const change = next(now);
    if (change === null) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.min(Math.max(change - Date.now(), 0) + 500, LONGEST_MS));
    return () => clearTimeout(timer);
  }, [now]);
  return now;
}
