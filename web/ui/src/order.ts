// Routes are asked by their position, and among equals by their id. One is moved by giving it a position between its new
// neighbours; where there is none, those behind make room first. While that is done one by one, the order stays the old
// one until the last step.

export interface Placed {
  id: number;
  position: number;
}

const gap = 10;

export const inOrder = <T extends Placed>(all: T[]): T[] => [...all].sort((a, b) => a.position - b.position || a.id - b.id);

/** The positions to be set, in this order, so that the one at `from` comes to stand at `to`. */
export function movesOf(all: Placed[], from: number, to: number): Placed[] {
  const sorted = inOrder(all);
  const moved = sorted[from];
  if (!moved || to < 0 || to >= sorted.length || from === to) return [];
  const others = sorted.filter((one) => one !== moved);
  const before = others[to - 1]?.position ?? -1;
  const next = others[to];
  if (!next) return [{id: moved.id, position: before + gap}];
  const room = next.position - before < 2 ? roomAfter(before, sorted.slice(sorted.indexOf(next))) : [];
  const bound = room[0]?.position ?? next.position;
  return [...room.reverse(), {id: moved.id, position: Math.floor((before + bound) / 2)}];
}

/** Higher positions for as many of these as it takes until they stand behind `before` with a gap. */
function roomAfter(before: number, behind: Placed[]): Placed[] {
  const room: Placed[] = [];
  let last = before;
  for (const one of behind) {
    if (room.length > 0 && one.position > last) break;
    last += gap;
    room.push({id: one.id, position: last});
  }
  return room;
}
