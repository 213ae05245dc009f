import {useEffect, useState} from "preact/hooks";

import {get, post, Refusal, wordsOf} from "./api";
import {kindOf} from "./devices";
import {duration} from "./format";
import {Dialog} from "./parts";
import {text} from "./text";
import type {Device, RingTest} from "./types";

const pause = 400;
const bad = new Set(["push_refused", "not_registered", "refused", "silent"]);

/** The test of this device, begun anew whenever `turn` changes, and read until it is over. */
function useRingTest(device: number, turn: number): {test: RingTest | null; error: string} {
  const [test, setTest] = useState<RingTest | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    let wanted = true;
    let timer: number | undefined;
    const fail = (problem: unknown): void => { if (wanted) setError(wordsOf(problem)); };
    const read = async (): Promise<void> => {
      const now = await get<RingTest>(`devices/${device}/ring-test`);
      if (!wanted) return;
      setTest(now);
      if (now.result === "running") timer = window.setTimeout(() => void read().catch(fail), pause);
    };
    setTest(null);
    setError("");
    // One that is under way, begun by somebody else or before, is shown instead.
    void post(`devices/${device}/ring-test`).then(read, async (problem: unknown) => {
      if (!(problem instanceof Refusal) || problem.status !== 409) throw problem;
      const running = await get<RingTest>(`devices/${device}/ring-test`).catch(() => null);
      if (running?.result !== "running") throw problem;
      await read();
    }).catch(fail);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [device, turn]);
  return {test, error};
}

function Steps({test}: {test: RingTest}) {
  const begun = Date.parse(test.started_at);
  const last = test.steps[test.steps.length - 1]?.what ?? "";
  return (
    <ol class="checks">
      {test.steps.map((step, index) => (
        <li key={index} class={bad.has(step.what) ? "bad" : "good"} data-what={step.what}>
          <span class="mark-of" aria-hidden="true">{bad.has(step.what) ? "✗" : "✓"}</span>
          <span>
            {text.ring.steps[step.what] ?? step.what}
            {step.detail && <span class="line muted">{step.detail}</span>}
          </span>
          <span class="num muted">{duration(Date.parse(step.at) - begun)}</span>
        </li>
      ))}
      {test.result === "running" && (
        <li class="waits"><span class="mark-of" aria-hidden="true">…</span><span>{text.ring.waits[last] ?? text.loading}</span></li>
      )}
    </ol>
  );
}

function verdictOf(test: RingTest): string {
  const last = test.steps[test.steps.length - 1];
  if (!last || test.result === "running") return "";
  if (test.result === "passed") return text.ring.passed(duration(Date.parse(last.at) - Date.parse(test.started_at)));
  return text.ring.advice[last.what] ?? text.ring.failed;
}

/** Wakes a phone and calls it, and shows what came of each step. */
export function RingTestDialog({device, close}: {device: Device; close: () => void}) {
  const [turn, setTurn] = useState(0);
  const {test, error} = useRingTest(device.id, turn);
  const verdict = test ? verdictOf(test) : "";
  return (
    <Dialog title={text.ring.title(kindOf(device), device.aor)} close={close}>
      <p class="muted">{text.ring.lead}</p>
      <div aria-live="polite">
        {test && <Steps test={test}/>}
        {verdict && <p class={`notice ${test?.result === "passed" ? "well" : "bad"}`}>{verdict}</p>}
        {error && <p class="notice bad" role="alert">{error}</p>}
      </div>
      <p class="buttons">
        <button type="button" onClick={close}>{text.ring.close}</button>
        <button type="button" disabled={test?.result === "running" || (!test && !error)} onClick={() => setTurn(turn + 1)}>{text.ring.again}</button>
      </p>
    </Dialog>
  );
}
