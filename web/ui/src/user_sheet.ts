import type {Entry, Sheet} from "./sheet";
import {text} from "./text";
import type {User} from "./types";

const words = text.setup;

const target = (name: string, label: string): Entry => ({name, label, kind: "text", more: true, placeholder: words.nowhere});

/** What can be changed of a user. */
export const userSheet: Sheet<User> = {
  more: words.forwarding,
  entries: () => [
    {name: "display_name", label: words.displayName, kind: "text"},
    {name: "password", label: words.newPassword, kind: "secret", make: true, hint: `${text.form.keep} ${words.changeText}`},
    {name: "max_contacts", label: words.contacts, kind: "number", hint: words.contactsRule},
    {name: "enabled", label: words.enabled, kind: "flag"},
    {name: "do_not_disturb", label: words.undisturbed, kind: "flag", hint: words.undisturbedRule},
    {...target("forward_always", words.always), hint: words.forwardRule},
    target("forward_busy", words.whenBusy),
    target("forward_not_reachable", words.whenGone),
    target("forward_no_answer", words.whenSilent),
    {name: "forward_no_answer_s", label: words.patience, kind: "number", needed: true, more: true, when: (values) => values.forward_no_answer !== ""},
  ],
  valuesOf: (user) => ({
    display_name: user?.display_name ?? "",
    password: "",
    max_contacts: String(user?.max_contacts ?? ""),
    enabled: user?.enabled ?? true,
    do_not_disturb: user?.do_not_disturb ?? false,
    forward_always: user?.forward_always ?? "",
    forward_busy: user?.forward_busy ?? "",
    forward_not_reachable: user?.forward_not_reachable ?? "",
    forward_no_answer: user?.forward_no_answer ?? "",
    forward_no_answer_s: String(user?.forward_no_answer_s ?? 20),
  }),
};
