#include <nlohmann/json.hpp>

#include "sipstack/base/text.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/uri.hpp"
#include "tests/scenario/scenario.hpp"

namespace test {

std::string user_of(std::string_view name_addr) {
  const auto parsed = sip::NameAddrView::parse(name_addr);
  const auto uri = sip::UriView::parse(parsed ? parsed->uri : name_addr);
  return uri ? std::string{uri->user} : std::string{};
}

namespace {

std::string shown(std::string_view text) { return "\"" + std::string{text} + "\""; }

bool compare(const Option& option, std::string_view actual) {
  return option.op == '~' ? actual.find(option.value) != std::string_view::npos
                          : actual == option.value;
}

/// "from=bob" names a user, "from=sip:bob@example.com" a whole URI.
bool names(const Option& option, std::string_view name_addr) {
  if (option.op == '~') return compare(option, name_addr);
  if (option.value.find(':') == std::string::npos) return user_of(name_addr) == option.value;
  const auto parsed = sip::NameAddrView::parse(name_addr);
  return (parsed ? parsed->uri : name_addr) == option.value;
}

/// "INVITE", "200", or one of several: "403|404".
bool is_kind(const Received& received, std::string_view wanted) {
  const auto& message = received.message;
  const auto actual =
      message.is_request() ? std::string{message.method_text()} : std::to_string(message.status());
  while (!wanted.empty()) {
    const auto bar = std::min(wanted.find('|'), wanted.size());
    if (wanted.substr(0, bar) == actual) return true;
    wanted.remove_prefix(std::min(bar + 1, wanted.size()));
  }
  return false;
}

}  // namespace

void Scenario::expect(const Command& command) {
  if (command.word(0) == "push") return expect_push(command);
  if (command.word(0) == "drop") return expect_drop(command);
  auto& who = phone(command.word(0));
  auto& inbox = who.inbox();
  while (!inbox.empty() && inbox.front().skippable && !is_kind(inbox.front(), command.word(1)))
    inbox.pop_front();
  if (command.word(1) == "nothing") {
    if (!inbox.empty()) fail("it got " + summary(std::string{inbox.front().message.wire()}));
    return;
  }
  if (inbox.empty()) fail("it got nothing");
  const auto& next = inbox.front();
  if (const auto why = mismatch(next, command))
    fail("it got " + summary(std::string{next.message.wire()}) + ": " + *why + "\n" +
         std::string{next.message.wire()});
  inbox.pop_front();
}

std::optional<std::string> Scenario::mismatch(const Received& received, const Command& command) {
  const auto& message = received.message;
  if (!is_kind(received, command.word(1))) return "not " + command.word(1);
  const auto cseq = sip::CSeqView::parse(message.value(sip::HeaderName::cseq));
  const auto method = command.word(2);
  if (!method.empty() && (!cseq || cseq->method != method)) return "not to " + method;
  if (received.reached != (command.verb == "<"))
    return received.reached ? "it was heard" : "nobody heard it";
  if (!timely(received.at)) return "it came at " + seconds(received.at);
  if (!is_call(command, message.value(sip::HeaderName::call_id))) return "another call";
  for (const auto& option : command.options)
    if (auto why = option_mismatch(message, option, received)) return why;
  return std::nullopt;
}

std::optional<std::string> Scenario::option_mismatch(const sip::Message& message,
                                                     const Option& option,
                                                     const Received& received) {
  const auto& key = option.key;
  const auto& value = option.value;
  const auto differs = [&](std::string_view actual) {
    return key + " is " + shown(actual) + ", not " + shown(value);
  };
  const auto check = [&](bool ok, std::string_view actual) {
    return ok ? std::nullopt : std::optional{differs(actual)};
  };
  const auto cseq = sip::CSeqView::parse(message.value(sip::HeaderName::cseq));
  const auto number = cseq ? std::to_string(cseq->number) : "";
  const Draft* invite = calls_.empty() ? nullptr : &invite_of(calls_.back());
  for (const auto& call : calls_)
    if (call.call_id == message.value(sip::HeaderName::call_id)) invite = &invite_of(call);
  const auto from = message.value(sip::HeaderName::from);
  const auto to = message.value(sip::HeaderName::to);

  if (key == "call") return std::nullopt;
  if (key == "from") return check(names(option, from), from);
  if (key == "to") return check(names(option, to), to);
  if (key == "ruri") return check(names(option, message.request_uri()), message.request_uri());
  if (key == "line") {
    const auto line = std::to_string(world_->line(received.line).number);
    return check(line == value, line);
  }
  if (key == "via" || key == "contacts" || key.starts_with("n:")) {
    const auto name = key == "via" ? "Via" : key == "contacts" ? "Contact" : key.substr(2);
    const auto count = std::to_string(all_values(message, name).size());
    return check(count == value, count);
  }
  if (key == "has") return check(!message.value(value).empty(), "missing");
  if (key == "no") return check(message.value(value).empty(), message.value(value));
  if (key == "totag") return check(sip::tag_of(to).empty() == (value == "none"), to);
  if (key == "body" && option.op == '~')
    return check(compare(option, message.body()), message.body());
  if (key == "body" && value == "none") return check(message.body().empty(), message.body());
  if (key == "body" && value == "some") return check(!message.body().empty(), "empty");
  if (key == "body" && value == "same")
    return check(invite != nullptr && message.body() == invite->body, message.body());
  if (value == "same" && invite != nullptr) {
    if (key == "callid") {
      const auto id = message.value(sip::HeaderName::call_id);
      return check(id == invite->value("Call-ID"), id);
    }
    if (key == "cseq") {
      const auto own = sip::CSeqView::parse(invite->value("CSeq"));
      return check(own && cseq && own->number == cseq->number, number);
    }
    if (key == "fromtag")
      return check(sip::tag_of(from) == sip::tag_of(invite->value("From")), from);
    return check(message.value(key) == invite->value(key), message.value(key));
  }
  if (key == "cseq") return check(compare(option, number), number);
  return check(compare(option, message.value(key)), message.value(key));
}

// --- pushes --------------------------------------------------------------------------------------

namespace {

/// What is wrong with a push for `device` (nobody: for the user alone).
std::optional<std::string> push_mismatch(const FakePush::Seen& seen, const PhoneConfig& device,
                                         bool for_user, std::string_view call_id,
                                         std::string_view event) {
  const auto body = nlohmann::json::parse(seen.push.body, nullptr, false);
  if (body.is_discarded()) return "its body is no JSON";
  if (body.value("event", "") != event) return "its event is another";
  const auto id = body.value("call_id", "");
  const bool is_test = event == "wake" && call_id.empty() && id.starts_with("ring-");
  if (id != call_id && !is_test) return "it is for another call";
  if (body.value("callee", "") != device.user + "@" + device.domain) return "another callee";
  if (!body.contains("caller") || !body.contains("attempt") || !body.contains("sent_at"))
    return "caller, attempt or sent_at is missing";
  const auto at = body.find("device");
  if (at == body.end()) return "device is missing";
  if (for_user) return at->is_null() ? std::nullopt : std::optional<std::string>{"it has a device"};
  if (!at->is_object()) return "it has no device";
  if (at->value("prid", "") != device.prid) return "another token";
  if (at->value("provider", "") != device.provider) return "another provider";
  if (seen.push.signature.rfind("sha256=", 0) != 0) return "it is not signed";
  return std::nullopt;
}

}  // namespace

void Scenario::expect_push(const Command& command) {
  const bool for_user = command.word(1) == "user";
  const auto& device = phone(command.word(for_user ? 2 : 1)).config();
  const auto* call = call_of(command);
  const bool missed = command.has_word("missed");
  const std::string_view event = missed ? "missed" : command.has_word("wake") ? "wake" : "call";
  std::string why = "no push was asked for";
  for (auto& seen : world_->push().seen()) {
    if (seen.read) continue;
    if (auto wrong =
            push_mismatch(seen, device, for_user, call != nullptr ? call->call_id : "", event)) {
      why = *wrong + ": " + seen.push.body;
      continue;
    }
    const auto body = nlohmann::json::parse(seen.push.body);
    const auto attempt = command.words.back();
    if (attempt.starts_with('#') && std::to_string(body["attempt"].get<int>()) != attempt.substr(1))
      fail("it is not " + attempt + ": " + seen.push.body);
    if (!timely(seen.at)) fail("it came at " + seconds(seen.at));
    for (const auto& option : command.options)
      if (option.key == "has" && seen.push.body.find(option.value) == std::string::npos)
        fail("it lacks " + option.value + ": " + seen.push.body);
    seen.read = true;
    return;
  }
  fail(why);
}

void Scenario::expect_drop(const Command& command) {
  const auto& prid = phone(command.word(1)).config().prid;
  for (const auto& seen : world_->push().seen())
    if (seen.dropped && seen.push.body.find(prid) != std::string::npos) return;
  fail("its push was not dropped");
}

}  // namespace test
