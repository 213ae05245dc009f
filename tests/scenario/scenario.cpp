#include "tests/scenario/scenario.hpp"

#include <algorithm>
#include <set>

#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/params.hpp"
#include "tests/scenario/names.hpp"
#include "tests/scenario/settings_line.hpp"

namespace test {

using namespace std::chrono_literals;

Scenario::Scenario(const Script& script, Mode mode, Faults faults)
    : script_{script}, mode_{mode}, faults_{std::move(faults)}, settings_{scenario_settings()} {}

Scenario::~Scenario() = default;

void Scenario::play() {
  for (const auto& command : script_.commands) {
    try {
      if (strict())
        run(command);
      else
        run_loose(command);
    } catch (const std::runtime_error& error) {
      throw ScriptError{script_.file + ":" + std::to_string(command.line) + ": " + command.text +
                        "\n  " + error.what() + "\nTrace:\n" +
                        (world_ ? world_->trace().text() : "")};
    }
  }
  if (!strict() || !world_) return;
  try {
    check_idle();
    check_rules();
  } catch (const std::runtime_error& error) {
    throw ScriptError{script_.file + ": at the end\n  " + error.what() + "\nTrace:\n" +
                      world_->trace().text()};
  }
}

void Scenario::run(const Command& command) {
  if (set_up(command)) return;
  start();
  if (command.at) {
    check_idle();
    readable_from_ = command.lax ? world_->elapsed() : *command.at;
    world_->run_until(*command.at);
  }
  const auto& verb = command.verb;
  if (verb == ">") act(command);
  if (verb == "!") happen(command);
  if (verb == "<" || verb == "x") expect(command);
  if (verb == "registered") registered(command);
  if (verb == "check" || verb == "end") check(command);
  world_->settle();
}

void Scenario::run_loose(const Command& command) {
  if (set_up(command)) return;
  start();
  if (command.at) world_->run_until(*command.at);
  const auto& verb = command.verb;
  try {
    if (verb == ">") act(command);
    if (verb == "!") happen(command);
    if (verb == "registered") registered(command);
  } catch (const ScriptError&) {
    // The run has left the script's way: the party has nothing to answer, say, or to cancel.
  }
  world_->settle();
  for (auto& phone : phones_) phone->inbox().clear();
}

// --- setting up ----------------------------------------------------------------------------------

bool Scenario::set_up(const Command& command) {
  const auto& verb = command.verb;
  if (verb == "dns") {
    if (world_) fail("once there is a first action, it is: ! dns");
    names_.push_back(command);
    return true;
  }
  if (verb == "trunk" || verb == "route" || verb == "user" || verb == "group") {
    if (world_) fail("trunks and routes come before the first action");
    rows_.push_back(command);
    return true;
  }
  if (verb != "phone" && verb != "peer" && verb != "config") return false;
  if (world_) fail("parties and settings come before the first action");
  if (verb == "config")
    for (const auto& option : command.options) apply_setting(settings_, option.key, option.value);
  else
    plan_party(command);
  return true;
}

void Scenario::read_identity(const Command& command, PhoneConfig& config) {
  config.instance = command.value("instance", config.instance);
  config.q = command.value("q", config.q);
  config.user_agent = command.value("ua", config.user_agent);
  config.param = command.value("param", config.param);
  config.reg_id =
      static_cast<unsigned>(std::stoul(command.value("reg-id", std::to_string(config.reg_id))));
  if (const auto* push = command.option("push")) {
    const auto colon = std::min(push->value.find(':'), push->value.size());
    config.provider = push->value == "none" ? "" : push->value.substr(0, colon);
    config.prid = push->value.substr(std::min(colon + 1, push->value.size()));
  }
}

void Scenario::plan_party(const Command& command) {
  PartyPlan plan;
  auto& config = plan.config;
  config.name = command.word(0);
  config.user = command.value("user", config.name);
  config.domain = command.value("domain", settings_.domains.front());
  config.password = command.value("password", "secret-of-" + config.user);
  config.display_name = command.value("name");
  config.algorithm = command.value("algorithm", config.algorithm);
  config.number = static_cast<int>(plans_.size()) + 1;
  if (const auto* gateway = command.option("behind")) {
    const auto owner =
        std::ranges::find(plans_, gateway->value, [](const auto& p) { return p.config.name; });
    if (owner == plans_.end()) throw ScriptError{"no phone " + gateway->value};
    config.gateway = owner->config.number;
  }
  config.lan = command.has_word("lan");
  config.rport = !command.has_word("norport");
  config.alias = command.has_word("alias");
  read_identity(command, config);
  if (const auto* transport = command.option("transport"))
    config.transport = sip::parse_transport(transport->value).value();
  const auto domains = command.value("certificate");
  for (std::string_view rest = domains; !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    config.certificate.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  plan.has_account = !command.has_word("nouser");
  plan.peer = command.verb == "peer";
  if (plan.peer) {
    config.domain = command.value("domain", "peer.test");
    config.lan = true;
    config.password.clear();
    plan.trusted = command.has_word("trusted");
    plan.is_default = command.has_word("default");
    plan.tcp = command.value("tcp", "refuses");
  }
  plans_.push_back(std::move(plan));
}

void Scenario::start() {
  if (world_) return;
  for (const auto& plan : plans_) {
    const auto home = Phone::home_of(plan.config.number);
    if (plan.trusted)
      settings_.auth.trusted.push_back({*sip::AddressBlock::parse(home.address.to_string()), {}});
    if (plan.is_default)
      settings_.pbx =
          proxy::Settings::Pbx{home.address.to_string(), home.port, plan.config.transport};
  }
  world_ = std::make_unique<World>(settings_, faults_);
  for (const auto& name : names_) happen_to_names(world_->resolver(), name, 0);
  std::set<std::string> accounts;
  for (const auto& plan : plans_) {
    phones_.push_back(std::make_unique<Phone>(*world_, plan.config));
    auto& phone = *phones_.back();
    const auto& config = plan.config;
    if (plan.peer && config.transport == sip::Transport::udp) phone.current_line();
    if (config.lan && sip::is_stream(config.transport))
      world_->listen(phone, config.transport, phone.home());
    if (plan.peer && config.transport == sip::Transport::udp && plan.tcp != "refuses")
      world_->listen(phone, sip::Transport::tcp, phone.home(), plan.tcp == "answers");
    const auto aor = config.user + "@" + config.domain;
    if (plan.peer || !plan.has_account || !accounts.insert(aor).second) continue;
    world_->admin(proxy::AddUser{aor, config.password, config.display_name, {}, {}});
  }
  world_->settle();
  for (const auto& row : rows_) add_row(row);
  world_->settle();
}

Phone& Scenario::phone(const std::string& name) {
  for (auto& phone : phones_)
    if (phone->name() == name) return *phone;
  fail("no party is called " + name);
}

std::string Scenario::gruu_of(std::string_view name, std::size_t number) const {
  for (const auto& phone : phones_) {
    if (phone->name() != name) continue;
    for (const auto& client : phone->clients()) {
      if (client.draft.method != "REGISTER" || client.final_status != 200 || --number > 0) continue;
      const auto answer = sip::Message::parse(client.final_bytes);
      if (!answer) break;
      const auto contact = sip::NameAddrView::parse(answer->value(sip::HeaderName::contact));
      if (!contact) break;
      return sip::unquote(contact->params.value("temp-gruu").value_or(""));
    }
  }
  fail("there is no such temporary GRUU");
}

std::string Scenario::uri_for(const std::string& target) const {
  constexpr std::string_view temporary = "temp-gruu:";
  if (target.starts_with(temporary)) {
    const auto mark = std::min(target.find('#'), target.size());
    const auto number = mark < target.size() ? std::stoul(target.substr(mark + 1)) : 1;
    return gruu_of(target.substr(temporary.size(), mark - temporary.size()), number);
  }
  if (target.find(':') != std::string::npos) return target;
  if (target.find('@') != std::string::npos) return "sip:" + target;
  return "sip:" + target + "@" + settings_.domains.front();
}

// --- calls ---------------------------------------------------------------------------------------

const Scenario::CallNote* Scenario::call_of(const Command& command) const {
  const auto* label = command.option("call");
  for (auto at = calls_.rbegin(); at != calls_.rend(); ++at)
    if (label == nullptr || at->label == label->value) return &*at;
  return nullptr;
}

bool Scenario::is_call(const Command& command, std::string_view call_id) const {
  if (command.option("call") == nullptr) return true;
  const auto* call = call_of(command);
  return call != nullptr && call->call_id == call_id;
}

const Draft& Scenario::invite_of(const CallNote& call) const {
  return call.caller->clients()[call.client].draft;
}

// --- the end -------------------------------------------------------------------------------------

void Scenario::wind_down(sip::Duration time) {
  start();
  world_->commits_to_fail = 0;
  for (auto& phone : phones_) {
    phone->automatic = true;
    if (phone->asleep()) continue;
    auto& servers = phone->servers();
    for (std::size_t i = 0; i < servers.size(); ++i) {
      const auto method = servers[i].request.method();
      if (servers[i].final_status != 0) continue;
      const bool cancelled = std::any_of(servers.begin(), servers.end(), [&](const auto& other) {
        return other.request.method() == sip::Method::cancel && other.branch == servers[i].branch;
      });
      if (method == sip::Method::invite && cancelled) phone->respond(servers[i], 487, {}, {}, {});
      if (method != sip::Method::invite) phone->respond(servers[i], 200, {}, {}, {});
    }
    for (auto& dialog : phone->dialogs())
      if (dialog.caller && dialog.confirmed && dialog.ack.empty())
        phone->ack(dialog, dialog.request("ACK"));
  }
  world_->run_until(world_->elapsed() + time);
}

}  // namespace test
