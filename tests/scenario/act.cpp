#include <algorithm>
#include <cctype>

#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "tests/scenario/names.hpp"
#include "tests/scenario/scenario.hpp"

namespace test {

namespace {

bool is_number(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), sip::is_digit);
}

/// Answers need a body where a session is agreed.
constexpr std::string_view answer =
    "v=0\r\no=- 2 2 IN IP4 192.168.7.8\r\ns=-\r\nc=IN IP4 192.168.7.8\r\nt=0 0\r\n"
    "m=audio 40002 RTP/AVP 0\r\n";

std::string with_user(std::string_view old_value, const std::string& uri) {
  return with_tag("<" + uri + ">", sip::tag_of(old_value));
}

/// As a strict router sends it (RFC 3261 section 12.2.1.1): the first Route is the Request-URI.
void make_strict(Draft& draft) {
  std::vector<std::string> routes;
  for (const auto& [name, value] : draft.headers)
    if (name == "Route") routes.push_back(value);
  if (routes.empty()) return;
  const auto first = sip::NameAddrView::parse(routes.front());
  routes.push_back("<" + draft.uri + ">");
  draft.uri = first ? std::string{first->uri} : "";
  draft.set("Route", "");
  for (std::size_t i = 1; i < routes.size(); ++i) draft.add("Route", routes[i]);
}

/// The signed part of a Route, its longest run of letters and digits, with one character changed.
std::string tampered(std::string_view route) {
  std::string text{route};
  std::size_t best = 0;
  std::size_t size = 0;
  for (std::size_t begin = 0, at = 0; at <= text.size(); ++at) {
    if (at < text.size() && (sip::is_alpha(text[at]) || sip::is_digit(text[at]))) continue;
    if (at - begin > size) {
      best = begin;
      size = at - begin;
    }
    begin = at + 1;
  }
  auto& c = text.at(best + size / 2);
  c = c == 'a' ? 'b' : 'a';
  return text;
}

}  // namespace

void Scenario::act(const Command& command) {
  auto& who = phone(command.word(0));
  const auto what = command.word(1);
  if (is_number(what)) return send_response(who, command);
  if (what == "REGISTER") return send_register(who, command);
  if (what == "KEEPALIVE") {
    who.wake();
    return world_->keep_alive(who.current_line());
  }
  const bool targeted = !command.word(2).empty();
  if (what == "BACK") return send_back(who, command);
  if (what == "STRAY") return send_stray(who, command);
  if (what == "CANCEL" && !targeted) return send_cancel(who, command);
  if (command.has_word("copy")) return send_copy(who, command);
  if (!targeted) return send_in_dialog(who, what == "REINVITE" ? "INVITE" : what, command);
  send_initial(who, what, command);
}

void Scenario::dispatch(Phone& who, Draft draft, const Command& command) {
  edit(draft, command);
  const auto auth = command.value("auth", "yes");
  const auto password = who.config().password;
  if (auth == "wrong") who.config().password = "wrong";
  who.send(std::move(draft), auth != "no");
  world_->settle();
  who.config().password = password;
}

void Scenario::send_initial(Phone& who, const std::string& method, const Command& command) {
  if (who.asleep()) who.move();
  auto draft = who.initial(method, uri_for(command.word(2)));
  if (method == "ACK" || method == "CANCEL") draft.set("Contact", "");
  if (method == "INVITE") {
    const auto number = std::to_string(calls_.size() + 1);
    if (const auto* id = command.option("callid")) draft.set("Call-ID", id->value);
    calls_.push_back({command.value("call", number), std::string{draft.value("Call-ID")}, &who,
                      who.clients().size()});
  }
  dispatch(who, std::move(draft), command);
}

void Scenario::send_in_dialog(Phone& who, const std::string& method, const Command& command) {
  auto& dialogs = who.dialogs();
  const auto tag = command.value("with");
  const auto fits = [&](const Dialog& dialog) {
    if (!is_call(command, dialog.call_id)) return false;
    if (!tag.empty() && dialog.remote.find(tag) == std::string::npos) return false;
    if (method == "ACK") return dialog.caller && dialog.confirmed && dialog.ack.empty();
    return dialog.confirmed || method == "PRACK" || method == "UPDATE";
  };
  const auto at = std::find_if(dialogs.rbegin(), dialogs.rend(), fits);
  if (at == dialogs.rend()) fail(who.name() + " has no dialog for it");
  auto draft = at->request(method);
  if (method == "INVITE") {
    draft.add("Contact", who.contact(false));
    draft.add("Content-Type", "application/sdp");
    draft.body = answer;
  }
  if (command.option("strict") != nullptr) make_strict(draft);
  if (method != "ACK") return dispatch(who, std::move(draft), command);
  edit(draft, command);
  who.ack(*at, draft);
}

void Scenario::send_register(Phone& who, const Command& command) {
  if (command.value("flow") == "new") who.move();
  if (command.value("flow") == "same") who.wake();
  if (who.asleep()) who.move();
  read_identity(command, who.config());
  dispatch(who, who.register_draft(), command);
}

void Scenario::send_copy(Phone& who, const Command& command) {
  const auto* call = call_of(command);
  if (call == nullptr) fail("no call to copy");
  auto draft = invite_of(*call);
  edit(draft, command);
  who.send(std::move(draft), false);
}

/// As a proxy does that knows nobody but us: what it got, one hop further.
void Scenario::send_back(Phone& who, const Command& command) {
  const auto& servers = who.servers();
  const auto at = std::find_if(servers.rbegin(), servers.rend(), [&](const Phone::Server& server) {
    return server.request.method_text() == command.word(2);
  });
  if (at == servers.rend()) fail("nothing to send back");
  const auto& request = at->request;
  Draft draft{std::string{request.method_text()}, std::string{request.request_uri()}, {}, {}};
  for (const auto& header : request.headers())
    if (header.name != sip::HeaderName::content_length)
      draft.add(request.name(header), std::string{request.value(header)});
  draft.body = request.body();
  edit(draft, command);
  who.send(std::move(draft), false);
}

/// A response that nobody asked for: the top Via is the server's, its branch is made up.
void Scenario::send_stray(Phone& who, const Command& command) {
  const auto method = command.value("to", "INVITE");
  world_->send(who.current_line(), "SIP/2.0 " + command.word(2) +
                                       " Stray\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=" +
                                       command.value("branch", "z9hG4bK001.0123456789abcdef") +
                                       "\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKv\r\n"
                                       "From: <sip:alice@example.com>;tag=a\r\n"
                                       "To: <sip:bob@example.com>;tag=b\r\nCall-ID: stray\r\n"
                                       "CSeq: 1 " +
                                       method + "\r\nContact: <sip:eve@198.51.100.7>\r\n" +
                                       "Content-Length: 0\r\n\r\n");
  world_->settle();
}

void Scenario::send_cancel(Phone& who, const Command& command) {
  auto& clients = who.clients();
  const auto at = std::find_if(clients.rbegin(), clients.rend(), [&](const Phone::Client& client) {
    return client.draft.method == "INVITE" && client.final_status == 0 &&
           is_call(command, client.draft.value("Call-ID"));
  });
  if (at == clients.rend()) fail(who.name() + " has no INVITE to cancel");
  who.cancel(*at, command.value("reason"));
}

/// The credentials somebody used last for such a request.
void Scenario::replay(Draft& draft, Phone& owner) {
  for (const auto& client : owner.clients())
    for (const auto* name : {"Authorization", "Proxy-Authorization"})
      if (client.draft.method == draft.method && !client.draft.value(name).empty())
        draft.set(name, std::string{client.draft.value(name)});
}

void Scenario::edit(Draft& draft, const Command& command) {
  if (command.value("route") == "tampered") {
    draft.set("Route", tampered(draft.value("Route")));
    return;
  }
  for (const auto& [key, op, value] : command.options) {
    if (key.starts_with("h:")) draft.set(key.substr(2), value);
    if (key.starts_with("h+:")) draft.add(key.substr(3), value);
    if (key == "body") draft.body = value == "none" ? "" : value;
    if (key == "body" && value == "large") draft.body.assign(1'400, 'x');
    if (key == "body" && value == "none") draft.set("Content-Type", "");
    if (key == "mf") draft.set("Max-Forwards", value);
    if (key == "cseq") draft.set("CSeq", value + " " + draft.method);
    if (key == "callid") draft.set("Call-ID", value);
    if (key == "from") draft.set("From", with_user(draft.value("From"), uri_for(value)));
    if (key == "to") draft.set("To", with_user(draft.value("To"), uri_for(value)));
    if (key == "totag") draft.set("To", with_tag("<" + draft.uri + ">", value));
    if (key == "ruri" && value == "route") {
      const std::string route{draft.value("Route")};
      draft.uri = sip::NameAddrView::parse(route)->uri;
    } else if (key == "ruri") {
      draft.uri = uri_for(value);
    }
    if (key == "expires") draft.set("Expires", value);
    if (key == "reason") draft.set("Reason", value);
    if (key == "require") draft.set("Require", value);
    if (key == "route") draft.set("Route", value == "none" ? "" : value);
    if (key == "replay") replay(draft, phone(value));
    if (key == "contact") draft.set("Contact", value == "none" ? "" : value);
    if (key == "also") draft.add("Contact", value);
  }
}

void Scenario::send_response(Phone& who, const Command& command) {
  auto& servers = who.servers();
  auto wanted = command.word(2);
  if (wanted == "older" || wanted == "more") wanted.clear();
  std::vector<Phone::Server*> open;
  for (auto& server : servers) {
    const auto& request = server.request;
    const bool fits = (wanted.empty() || request.method_text() == wanted) &&
                      is_call(command, request.value(sip::HeaderName::call_id));
    if (server.final_status == 0 && fits) open.push_back(&server);
  }
  if (open.empty()) fail(who.name() + " has nothing to answer");
  const bool older = command.has_word("older");
  auto& server = older ? *open.front() : *open.back();
  const int status = std::stoi(command.word(1));
  if (command.value("vias") == "1") {
    auto text = response_text(server.request, status, {}, server.tag, {}, {});
    const auto second = text.find("Via: ", text.find("Via: ") + 1);
    text.erase(second, text.find("\r\n", second) + 2 - second);
    world_->send(server.line, text);
    return world_->settle();
  }
  Headers extra;
  for (const auto& option : command.options)
    if (option.key.starts_with("h:")) extra.emplace_back(option.key.substr(2), option.value);
  if (const auto* tag = command.option("tag")) server.tag = tag->value;
  const bool session = server.request.method() == sip::Method::invite &&
                       (status == 183 || status / 100 == 2) && command.value("body") != "none";
  const int final_before = server.final_status;
  who.respond(server, status, command.value("phrase"), extra, session ? answer : "");
  // The same answer from another fork behind it: the branch stays open for more.
  if (command.has_word("more")) server.final_status = final_before;
}

void Scenario::registered(const Command& command) {
  auto& who = phone(command.word(0));
  send_register(who, command);
  world_->settle();
  if (!strict()) return;
  auto& inbox = who.inbox();
  if (inbox.empty()) fail("the REGISTER was not answered");
  if (inbox.front().message.status() != 200)
    fail("the REGISTER was answered by " + summary(std::string{inbox.front().message.wire()}));
  inbox.pop_front();
}

// --- what happens around -------------------------------------------------------------------------

void Scenario::happen(const Command& command) {
  const auto subject = command.word(0);
  if (subject == "crash") return world_->restart();
  if (subject == "push") return plan_push(command);
  if (subject == "trunk") return change_trunk(command);
  if (subject == "dns") return happen_to_names(world_->resolver(), command, 1);
  if (subject == "clock") {
    const auto by = parse_duration(command.word(2));
    world_->jump(command.word(1) == "back" ? -by : by);
    return;
  }
  if (subject == "network") {
    world_->network_delay = parse_duration(command.word(2));
    return;
  }
  if (subject != "store") return happen_to_phone(phone(subject), command);
  if (command.word(1) == "delays") {
    world_->commit_delay = parse_duration(command.word(2));
  } else if (command.word(1) == "fails") {
    world_->commits_to_fail = command.word(2).empty() ? 1 : std::stoul(command.word(2));
  } else if (command.word(1) == "works") {
    world_->commits_to_fail = 0;
    world_->commit_delay = sip::Duration{0};
  } else {
    fail("the store delays, fails or works");
  }
}

LineId Scenario::line_of(Phone& who, const Command& command) {
  const auto number = command.value("line", "");
  if (number.empty()) return who.current_line();
  const auto line = world_->find(who, std::stoi(number));
  if (!line) fail("there is no line " + number);
  return *line;
}

void Scenario::happen_to_phone(Phone& who, const Command& command) {
  const auto what = command.word(1);
  if (what == "sleeps")
    who.sleep();
  else if (what == "mutes")
    who.mute();
  else if (what == "wakes")
    who.wake();
  else if (what == "moves")
    who.move();
  else if (what == "is" && command.word(2) == "tested")
    test_ring(who);
  else if (what == "closes")
    world_->close(line_of(who, command));
  else if (what == "answers")
    who.automatic = command.word(2) != "by";
  else
    fail("unknown happening " + what);
}

void Scenario::test_ring(const Phone& who) {
  const auto* row = device_row(who.config());
  if (row == nullptr) fail(who.name() + " is not in the store");
  world_->admin(proxy::RingTest{row->id});
  world_->settle();
}

void Scenario::plan_push(const Command& command) {
  using proxy::PushOutcome;
  PushAnswer plan;
  const auto outcome = command.word(2);
  if (outcome == "accepted") plan.outcome = PushOutcome::accepted;
  if (outcome == "dead") plan = {PushOutcome::dead, "410 Gone"};
  if (outcome == "refused") plan = {PushOutcome::refused, "400 Bad Request"};
  if (outcome == "failed") plan = {PushOutcome::failed, "connection refused"};
  if (outcome == "never") plan.outcome.reset();
  plan.reason = command.value("reason", plan.reason);
  plan.delay = parse_duration(command.value("after", "0s"));
  plan.times = std::stoi(command.value("times", "1"));
  if (const auto* token = command.option("for"))
    world_->push().set_for(token->value, std::move(plan));
  else
    world_->push().set_default(std::move(plan));
}

}  // namespace test
