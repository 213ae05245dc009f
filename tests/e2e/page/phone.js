// The phone: tells the test what happens (/event) and asks it what to do (/todo).
import JsSIP from "jssip";

const asked = new URLSearchParams(location.search);

function tell(what, more = {}) {
  fetch("/event", {method: "POST", body: JSON.stringify({what, ...more})});
}

const phone = new JsSIP.UA({
  sockets: [new JsSIP.WebSocketInterface(asked.get("server"))],
  uri: asked.get("uri"),
  password: asked.get("password"),
});
let call = null;

phone.on("registered", ({response}) => tell("registered", {response: response.data}));
phone.on("registrationFailed", ({cause}) => tell("failed", {cause}));
phone.on("unregistered", () => tell("unregistered"));
phone.on("newRTCSession", ({session, originator, request}) => {
  call = session;
  session.on("accepted", () => tell("accepted"));
  session.on("confirmed", () => tell("confirmed"));
  session.on("failed", ({originator, cause}) => tell("failed", {originator, cause}));
  session.on("ended", ({originator, cause}) => tell("ended", {originator, cause}));
  tell("ringing", {originator, call_id: request.call_id});
});

const actions = {
  answer: () => call.answer({mediaConstraints: {audio: true, video: false}, pcConfig: {iceServers: []}}),
  hang_up: () => call.terminate(),
  unregister: () => phone.unregister(),
};

async function obey() {
  for (;;) actions[await (await fetch("/todo")).text()]();
}

addEventListener("error", ({message}) => tell("error", {message}));
addEventListener("unhandledrejection", ({reason}) => tell("error", {message: String(reason)}));
phone.start();
obey();
