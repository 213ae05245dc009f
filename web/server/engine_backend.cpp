#include "web/server/engine_backend.hpp"

#include <chrono>
#include <concepts>

#include "proxy/runtime/loop/token.hpp"
#include "proxy/runtime/store/data_dir.hpp"
#include "web/server/process.hpp"
#include "web/server/translate.hpp"

namespace web::server {
namespace {

using proxy::view::Refused;

template <class Task>
concept IsChange = requires(const Task& task) {
  { to_change(task) } -> std::same_as<proxy::Change>;
};

template <class T>
constexpr bool is_removal =
    std::same_as<T, api::RemoveUser> || std::same_as<T, api::RemoveRegistration> ||
    std::same_as<T, api::RemoveDevice> || std::same_as<T, api::RemoveToken> ||
    std::same_as<T, api::EndCall> || std::same_as<T, api::LiftBan> ||
    std::same_as<T, api::RemoveTrunk> || std::same_as<T, api::RemoveRoute> ||
    std::same_as<T, api::RemoveGroup>;

/// Something is tried with a device, and seen later.
template <class T>
constexpr bool is_try = std::same_as<T, api::TestPush> || std::same_as<T, api::RingTest>;

proxy::Actor actor_of(const api::Caller& caller) { return {caller.who, caller.from}; }

proxy::record::WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

EngineBackend::EngineBackend(Door door, const std::string& data_dir,
                             std::shared_ptr<proxy::runtime::log::Log> log)
    : door_(std::move(door)),
      log_(std::move(log)),
      database_path_(proxy::store::database_path(data_dir)),
      stored_(data_dir),
      tokens_([this](const std::string& hash) { return stored_.token(hash); }),
      events_(static_cast<std::uint64_t>(seconds_since_1970() * 1000)),
      start_time_(seconds_since_1970() - static_cast<double>(door_.status().uptime_s)),
      data_dir_(data_dir) {}

Admitted EngineBackend::admit(std::string_view token) {
  const auto now = Tokens::Clock::now();
  try {
    const auto known = tokens_.find(token, now);
    if (!known) return {Admission::unknown, {}};
    if (known->expires_at && *known->expires_at <= wall_now()) return {Admission::expired, {}};
    if (tokens_.is_use_new(known->id, now))
      door_.change(proxy::NoteTokenUse{known->id}, {}, [](const proxy::view::Answer&) {});
    auto who = "token " + std::to_string(known->id) + " (" + known->name + ')';
    return {Admission::known, {std::move(who), "", known->scope}};
  } catch (const proxy::store::StoreError& error) {
    log_->error("http.store_failed", {{"error", error.what()}});
    return {Admission::unavailable, {}};
  }
}

Admission EngineBackend::admit_session(std::string_view secret, std::string_view csrf,
                                       bool change) {
  return doorkeeper_.admit(secret, csrf, change);
}

EventHub& EngineBackend::events() {
  if (!watching_) {
    watching_ = true;
    events_.skip();
    door_.watch([weak = weak_from_this()](const std::vector<api::Happening>& happenings) {
      if (const auto self = weak.lock()) self->hear(happenings);
    });
  }
  return events_;
}

void EngineBackend::hear(const std::vector<api::Happening>& happenings) {
  if (events_.is_forgotten(EventHub::Clock::now())) {
    watching_ = false;
    return door_.watch({});
  }
  for (const auto& one : happenings) events_.publish(one);
}

void EngineBackend::perform(api::Task task, const api::Caller& caller, Done done) {
  std::visit(
      [&]<class Task>(const Task& what) {
        if constexpr (IsChange<Task>) {
          change(what, caller, done);
        } else if constexpr (std::same_as<Task, api::AddToken>) {
          make_token(what, caller, done);
        } else if constexpr (std::same_as<Task, api::ChangePassword>) {
          change_password(what, caller, done);
        } else if constexpr (std::same_as<Task, api::MakeProvisioning>) {
          make_link(what, caller, done);
        } else if constexpr (std::same_as<Task, api::ChangeToken>) {
          change_token(what, caller, done);
        } else if constexpr (std::same_as<Task, api::ReadBackup>) {
          note(caller, "backup.download", what.name);
          run(what, done);
        } else if constexpr (std::same_as<Task, api::RemoveBackup>) {
          note(caller, "backup.remove", what.name);
          run(what, done);
        } else if constexpr (std::same_as<Task, api::MakeBackup>) {
          back_up(caller, done);
        } else if constexpr (std::same_as<Task, api::ExportUsers>) {
          note(caller, "user.export", "");
          run(what, done);
        } else {
          run(what, done);
        }
      },
      task);
}

template <class Task>
void EngineBackend::change(const Task& task, const api::Caller& caller, const Done& done) {
  door_.change(
      to_change(task), actor_of(caller),
      [self = shared_from_this(), done](proxy::view::Answer answer) {
        auto* changed = std::get_if<proxy::view::Done>(&answer);
        if (std::same_as<Task, api::RemoveToken>) self->tokens_.forget();
        if (is_removal<Task> && changed != nullptr) return done(api::Removed{});
        if (std::same_as<Task, api::ImportUsers> && changed != nullptr)
          return done(api::Imported{changed->count});
        if (is_try<Task> && changed != nullptr) return done(api::Pushed{changed->id});
        if (changed != nullptr && changed->ban)
          return done(api::CreatedBan{*std::move(changed->ban)});
        if (changed != nullptr && changed->trunk)
          return self->add_states(
              api::OneTrunk{*std::move(changed->trunk), std::same_as<Task, api::AddTrunk>}, done);
        if (changed != nullptr && changed->route)
          return done(api::OneRoute{*std::move(changed->route), std::same_as<Task, api::AddRoute>});
        if (changed != nullptr && changed->group)
          return done(api::OneGroup{*std::move(changed->group), std::same_as<Task, api::AddGroup>});
        if (changed == nullptr || !changed->user) return done(self->refused_or_odd(answer));
        if (std::same_as<Task, api::AddUser>) return done(api::Created{*std::move(changed->user)});
        done(api::OneUser{*std::move(changed->user)});
      });
}

void EngineBackend::make_token(const api::AddToken& task, const api::Caller& caller,
                               const Done& done) {
  auto made = proxy::runtime::make_token();
  proxy::AddToken add{task.name, std::move(made.hash), task.scope, std::nullopt};
  if (task.lifetime_s) add.expires_at = wall_now() + std::chrono::seconds{*task.lifetime_s};
  door_.change(
      std::move(add), actor_of(caller),
      [self = shared_from_this(), done, secret = std::move(made.text)](proxy::view::Answer answer) {
        auto* changed = std::get_if<proxy::view::Done>(&answer);
        if (changed == nullptr || !changed->token) return done(self->refused_or_odd(answer));
        done(api::TokenMade{*std::move(changed->token), secret});
      });
}

void EngineBackend::change_token(const api::ChangeToken& task, const api::Caller& caller,
                                 const Done& done) {
  proxy::ChangeToken change{task.id, task.name, task.scope, {}, task.if_match};
  if (task.lifetime_s) {
    change.expires_at.emplace();
    if (*task.lifetime_s)
      change.expires_at->emplace(wall_now() + std::chrono::seconds{**task.lifetime_s});
  }
  door_.change(std::move(change), actor_of(caller),
               [self = shared_from_this(), done](proxy::view::Answer answer) {
                 self->tokens_.forget();
                 auto* changed = std::get_if<proxy::view::Done>(&answer);
                 if (changed == nullptr || !changed->token)
                   return done(self->refused_or_odd(answer));
                 done(api::OneToken{*std::move(changed->token)});
               });
}

template <class Task>
void EngineBackend::run(const Task& task, const Done& done) {
  done(guarded([&] { return stored_.answer(task); }));
}

void EngineBackend::run(const api::ListCalls& task, const Done& done) {
  if (task.oldest_first) return done(guarded([&] { return stored_.oldest(task); }));
  gather(std::make_shared<api::CallPage>(task), done);
}

void EngineBackend::gather(const std::shared_ptr<api::CallPage>& page, const Done& done) {
  const auto query = page->next_live();
  if (!query) {
    return done(guarded([&]() -> api::Answer {
      stored_.complete(*page);
      return std::move(*page).finish();
    }));
  }
  door_.ask(*query, [self = shared_from_this(), page, done](proxy::view::Answer answer) {
    auto* part = std::get_if<proxy::view::Calls>(&answer);
    if (part == nullptr) return done(self->refused_or_odd(answer));
    page->add_live(std::move(*part));
    self->gather(page, done);
  });
}

void EngineBackend::read_call(std::int64_t id, const Done& done,
                              std::function<api::Answer(proxy::view::CallView)> use) {
  door_.ask(proxy::view::OneCall{id}, [self = shared_from_this(), id, done,
                                       use = std::move(use)](proxy::view::Answer answer) {
    if (auto* call = std::get_if<proxy::view::CallView>(&answer))
      return done(self->guarded([&] { return use(std::move(*call)); }));
    const auto* refused = std::get_if<Refused>(&answer);
    if (refused == nullptr || refused->status != 404) return done(self->refused_or_odd(answer));
    done(self->guarded([&] {
      auto stored = self->stored_.answer(api::ReadCall{id});
      auto* call = std::get_if<proxy::view::CallView>(&stored);
      return call != nullptr ? use(std::move(*call)) : std::move(stored);
    }));
  });
}

void EngineBackend::run(const api::ReadCall& task, const Done& done) {
  read_call(task.id, done, [this](proxy::view::CallView call) {
    stored_.add_heads(call);
    return call;
  });
}

void EngineBackend::run(const api::ReadLadder& task, const Done& done) {
  read_call(task.id, done, [this](const proxy::view::CallView& call) -> api::Answer {
    return stored_.ladder(call);
  });
}

void EngineBackend::run(const api::ReadBundle& task, const Done& done) {
  read_call(task.id, done, [this](proxy::view::CallView call) -> api::Answer {
    stored_.add_heads(call);
    return stored_.bundle(std::move(call));
  });
}

void EngineBackend::run(const api::ReadRingTest& task, const Done& done) {
  door_.ask(proxy::view::RingTestQuery{task.id},
            [self = shared_from_this(), done](proxy::view::Answer answer) {
              if (auto* test = std::get_if<proxy::view::RingTest>(&answer))
                return done(std::move(*test));
              done(self->refused_or_odd(answer));
            });
}

template <class Trunks>
void EngineBackend::add_states(Trunks trunks, const Done& done) {
  door_.ask(proxy::view::TrunkQuery{}, [self = shared_from_this(), trunks = std::move(trunks),
                                        done](proxy::view::Answer answer) mutable {
    auto* known = std::get_if<proxy::view::TrunkStates>(&answer);
    if (known == nullptr) return done(self->refused_or_odd(answer));
    trunks.states = std::move(known->trunks);
    done(std::move(trunks));
  });
}

void EngineBackend::run(const api::ListTrunks& task, const Done& done) {
  auto answer = guarded([&] { return stored_.answer(task); });
  if (auto* trunks = std::get_if<api::Trunks>(&answer)) return add_states(std::move(*trunks), done);
  done(std::move(answer));
}

void EngineBackend::run(const api::ReadTrunk& task, const Done& done) {
  auto answer = guarded([&] { return stored_.answer(task); });
  if (auto* trunk = std::get_if<api::OneTrunk>(&answer)) return add_states(std::move(*trunk), done);
  done(std::move(answer));
}

void EngineBackend::run(const api::TestRoute& task, const Done& done) {
  door_.ask(proxy::view::RouteTest{task.number, task.caller, task.trunk},
            [self = shared_from_this(), done](proxy::view::Answer answer) {
              auto* tested = std::get_if<proxy::view::RouteTested>(&answer);
              if (tested == nullptr) return done(self->refused_or_odd(answer));
              done(std::move(*tested));
            });
}

void EngineBackend::run(const api::ReadSettings&, const Done& done) {
  done(api::Settings{door_.settings()});
}

void EngineBackend::note(const api::Caller& caller, std::string what, std::string target) {
  door_.change(proxy::NoteDeed{std::move(what), std::move(target)}, actor_of(caller),
               [](const proxy::view::Answer&) {});
}

void EngineBackend::ask_status(const Done& done, std::function<api::Answer(api::Status)> use) {
  door_.ask(proxy::view::StatusQuery{},
            [self = shared_from_this(), done, use = std::move(use)](proxy::view::Answer answer) {
              const auto* live = std::get_if<proxy::view::Status>(&answer);
              if (live == nullptr) return done(self->refused_or_odd(answer));
              auto status = self->door_.status();
              status.counters = live->counters;
              status.pbx = live->pbx;
              status.providers = self->door_.providers();
              done(use(std::move(status)));
            });
}

void EngineBackend::run(const api::ReadStatus&, const Done& done) {
  ask_status(done, [this](api::Status status) {
    return guarded([&]() -> api::Answer {
      status.awake_devices = stored_.awake_devices();
      return std::move(status);
    });
  });
}

/// The push services live on this thread: nobody has to be asked.
void EngineBackend::run(const api::ReadProviders&, const Done& done) {
  done(api::Providers{door_.providers()});
}

void EngineBackend::run(const api::ReadMetrics&, const Done& done) {
  ask_status(done, [this](api::Status status) {
    auto process = read_process(database_path_);
    process.start_time = start_time_;
    return api::Metrics{std::move(status), process};
  });
}

void EngineBackend::run(const api::CheckReady&, const Done& done) {
  ask_status(done, [this](const api::Status&) {
    return guarded([&]() -> api::Answer {
      stored_.probe();
      return api::Ready{};
    });
  });
}

void EngineBackend::run(const api::Login& task, const Done& done) {
  std::string hash;
  auto answer = guarded([&]() -> api::Answer {
    hash = stored_.administrator();
    return api::Ready{};
  });
  if (!std::holds_alternative<api::Ready>(answer)) return done(std::move(answer));
  doorkeeper_.log_in(task, std::move(hash), done);
}

void EngineBackend::change_password(const api::ChangePassword& task, const api::Caller& caller,
                                    const Done& done) {
  std::string hash;
  auto answer = guarded([&]() -> api::Answer {
    hash = stored_.administrator();
    return api::Ready{};
  });
  if (!std::holds_alternative<api::Ready>(answer)) return done(std::move(answer));
  // Not shared: the thread that calls this belongs to this object, and ends before it does.
  const auto store = [this, caller, done, session = task.session](std::string made) {
    door_.change(proxy::SetAdministrator{std::move(made)}, actor_of(caller),
                 [weak = weak_from_this(), done, session](proxy::view::Answer changed) {
                   const auto self = weak.lock();
                   if (!self) return;
                   if (!std::holds_alternative<proxy::view::Done>(changed))
                     return done(self->refused_or_odd(changed));
                   self->doorkeeper_.end_others(session);
                   done(api::Removed{});
                 });
  };
  doorkeeper_.change_password(task, std::move(hash), store, done);
}

void EngineBackend::run(const api::Logout& task, const Done& done) {
  doorkeeper_.log_out(task.session);
  done(api::LoggedOut{});
}

void EngineBackend::run(const api::ReadLogin& task, const Done& done) {
  done(api::LoginState{doorkeeper_.csrf_of(task.session)});
}

api::Answer EngineBackend::guarded(const std::function<api::Answer()>& read) {
  try {
    return read();
  } catch (const proxy::store::StoreError& error) {
    log_->error("http.store_failed", {{"error", error.what()}});
    return Refused{503, "", "the store cannot be read"};
  }
}

api::Answer EngineBackend::refused_or_odd(proxy::view::Answer& answer) {
  if (auto* refused = std::get_if<Refused>(&answer)) return std::move(*refused);
  log_->error("http.odd_answer", {{"kind", std::to_string(answer.index())}});
  return Refused{500, "", "the engine answered something else"};
}

}  // namespace web::server
