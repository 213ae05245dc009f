import assert from "node:assert/strict";
import {test} from "node:test";

import {inOrder, movesOf, type Placed} from "../../../../web/ui/src/order";

const placed = (...positions: number[]): Placed[] => positions.map((position, index) => ({id: index + 1, position}));
const ids = (all: Placed[]): number[] => inOrder(all).map((one) => one.id);

/** Does the moves one by one: the order must be the old one until the last of them. */
function after(all: Placed[], from: number, to: number): number[] {
  let now = all;
  const moves = movesOf(all, from, to);
  moves.forEach((move, index) => {
    now = now.map((one) => (one.id === move.id ? move : one));
    assert.ok(move.position >= 0);
    if (index < moves.length - 1) assert.deepEqual(ids(now), ids(all), `${JSON.stringify(all)}: step ${index}`);
  });
  return ids(now);
}

function wanted(all: Placed[], from: number, to: number): number[] {
  const order = ids(all);
  order.splice(to, 0, ...order.splice(from, 1));
  return order;
}

test("sets one position where there is room", () => {
  assert.deepEqual(movesOf(placed(1, 100, 200), 2, 1), [{id: 3, position: 50}]);
  assert.deepEqual(movesOf(placed(10, 20), 0, 1), [{id: 1, position: 30}]);
});

test("makes room where there is none, and touches no more than it must", () => {
  assert.deepEqual(movesOf(placed(1, 2, 100, 200), 3, 1), [{id: 2, position: 11}, {id: 4, position: 6}]);
});

test("moves any route anywhere, whatever the positions are, without another order on the way", () => {
  const some = [[100, 100, 100, 100], [0, 0, 1, 1, 2], [0, 1, 2, 3], [5, 5, 6, 300], [0], [7, 6, 5, 4], [0, 0, 0, 50, 50, 51]];
  for (const positions of some) {
    const all = placed(...positions);
    for (let from = 0; from < all.length; ++from)
      for (let to = 0; to < all.length; ++to) assert.deepEqual(after(all, from, to), wanted(all, from, to), `${positions}: ${from} to ${to}`);
  }
});

test("does nothing at the ends", () => {
  assert.deepEqual(movesOf(placed(1, 2), 0, -1), []);
  assert.deepEqual(movesOf(placed(1, 2), 1, 2), []);
  assert.deepEqual(movesOf(placed(1, 2), 5, 0), []);
});
