import type {Sheet} from "./sheet";
import {text} from "./text";
import type {User} from "./types";

/** What can be changed of a user. */
export const userSheet: Sheet<User> = {
  entries: () => [
    {name: "display_name", label: text.setup.displayName, kind: "text"},
    {name: "password", label: text.setup.newPassword, kind: "secret", make: true, hint: `${text.form.keep} ${text.setup.changeText}`},
    {name: "max_contacts", label: text.setup.contacts, kind: "number", hint: text.setup.contactsRule},
    {name: "enabled", label: text.setup.enabled, kind: "flag"},
  ],
  valuesOf: (user) => ({
    display_name: user?.display_name ?? "",
    password: "",
    max_contacts: String(user?.max_contacts ?? ""),
    enabled: user?.enabled ?? true,
  }),
};
