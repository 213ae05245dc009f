// Around the views: the bar, the connection, errors and the log-in.

export const frame = {
  name: "sipwake",
  skip: "Skip to the content",
  nav: {now: "Now", calls: "Calls", phones: "Phones", setup: "Set-up", logOut: "Log out", label: "Main"},
  connection: {
    live: "Live",
    connecting: "Connecting",
    lost: "No connection to the server. What you see is from before; trying again.",
    lostShort: "Offline",
  },
  error: {
    unreachable: "The server does not answer.",
    odd: "Something went wrong in the page.",
    status: (status: number): string => `The server answered ${status}.`,
    title: "This could not be read.",
    again: "Try again",
  },
  loading: "Loading",
  form: {
    edit: "Edit",
    save: "Save",
    more: "More settings",
    missing: "This is needed.",
    keep: "Leave empty to keep the one there is.",
    conflict: "Somebody else has changed this meanwhile.",
    reload: "Show it as it is now, with the rest of my changes",
  },
  login: {
    title: "Why did this phone ring, or not?",
    lead: "Log in to see what sipwake is doing.",
    password: "Password",
    submit: "Log in",
    busy: "Looking at the password",
    hint: "sipwake printed the password when it started for the first time. ",
    hintCommand: "sipwake admin password",
    hintEnd: " makes a new one.",
    wrong: "This is not the password.",
  },
};
