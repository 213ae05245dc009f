import {useState} from "preact/hooks";

import {pagesOf, remove} from "./api";
import {groupSheet} from "./group_sheet";
import {useLoaded} from "./hooks";
import {Await, Badge, Empty, Sure} from "./parts";
import {RowForm} from "./row_form";
import {text} from "./text";
import type {Group} from "./types";

const pathOf = (group: Group): string => encodeURIComponent(group.aor);

function Row({group, edit, ask}: {group: Group; edit: () => void; ask: () => void}) {
  return (
    <tr class={group.enabled ? "" : "off"}>
      <th scope="row">{group.aor} {!group.enabled && <Badge kind="plain">{text.setup.disabled}</Badge>}</th>
      <td data-label={text.groups.strategy}>
        {text.groups.strategies[group.strategy]}
        <span class="line muted">{text.groups.rings(group.strategy, group.ring_s)}</span>
      </td>
      <td data-label={text.groups.members} class="whole">{group.members.map((member) => <span key={member} class="line">{member}</span>)}</td>
      <td data-label={text.groups.goesOn}>{group.forward_no_answer ?? <span class="muted">{text.setup.nowhere}</span>}</td>
      <td class="actions">
        <button type="button" onClick={edit} aria-label={`${text.form.edit}: ${group.aor}`}>{text.form.edit}</button>
        <button type="button" class="danger-text" onClick={ask} aria-label={`${text.setup.remove}: ${group.aor}`}>{text.setup.remove}</button>
      </td>
    </tr>
  );
}

function Table({items, edit, ask}: {items: Group[]; edit: (group: Group) => void; ask: (group: Group) => void}) {
  return (
    <div class="panel flush table-scroll">
      <table class="stacking">
        <thead>
          <tr>
            <th scope="col">{text.setup.aor}</th>
            <th scope="col">{text.groups.strategy}</th>
            <th scope="col">{text.groups.members}</th>
            <th scope="col">{text.groups.goesOn}</th>
            <th scope="col"><span class="unseen">{text.setup.actions}</span></th>
          </tr>
        </thead>
        <tbody>{items.map((group) => <Row key={group.id} group={group} edit={() => edit(group)} ask={() => ask(group)}/>)}</tbody>
      </table>
    </div>
  );
}

/** Numbers at which several users ring. */
export function Groups() {
  const [asked, ask] = useState<Group | null>(null);
  const [edited, edit] = useState<Group | "new" | null>(null);
  const [said, say] = useState("");
  const loaded = useLoaded(() => pagesOf<Group>("groups?limit=200", 5), []);
  const told = (words: string): void => {
    ask(null);
    edit(null);
    say(words);
    loaded.reload();
  };
  return (
    <section aria-labelledby="groups">
      <div class="section-head">
        <h2 id="groups">{text.groups.title}</h2>
        <button type="button" onClick={() => edit("new")}>{text.groups.add}</button>
      </div>
      <p class="said" role="status">{said}</p>
      <Await what={loaded}>{({items}) => items.length === 0 ? <Empty title={text.groups.none}><p class="muted">{text.groups.noneMore}</p></Empty>
        : <Table items={items} edit={edit} ask={ask}/>}</Await>
      {asked && <Sure title={text.setup.removeTitle(asked.aor)} words={text.groups.removeText} yes={text.setup.remove}
                      act={() => remove(`groups/${pathOf(asked)}`)} close={() => ask(null)} done={() => told(text.setup.removed(asked.aor))}/>}
      {edited && <RowForm title={edited === "new" ? text.groups.add : text.groups.edit(edited.aor)} path="groups" sheet={groupSheet}
                          id={edited === "new" ? null : pathOf(edited)} close={() => edit(null)} done={(aor) => told(text.groups.changed(aor))}/>}
    </section>
  );
}
