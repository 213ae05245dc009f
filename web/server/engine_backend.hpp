#pragma once
#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/view/view.hpp"
#include "proxy/runtime/log/log.hpp"
#include "web/api/event.hpp"
#include "web/api/provisioning.hpp"
#include "web/server/backend.hpp"
#include "web/server/doorkeeper.hpp"
#include "web/server/provision_links.hpp"
#include "web/server/stored.hpp"
#include "web/server/tokens.hpp"

namespace web::server {

/// The way to the engine. `done` comes on the HTTP thread, exactly once.
struct Door {
  using Done = std::function<void(proxy::view::Answer)>;
  std::function<void(proxy::view::Query, Done)> ask;
  std::function<void(proxy::Change, proxy::Actor, Done)> change;
  /// Version, uptime, listeners and what is configured; the counters are the engine's.
  std::function<api::Status()> status;
  /// Says what happens from now on, on the HTTP thread; with nothing, no more.
  std::function<void(std::function<void(std::vector<api::Happening>)>)> watch{};
  std::function<std::vector<proxy::view::Provider>()> providers{};
  /// Under which addresses phones reach us.
  std::function<std::vector<api::WayIn>()> ways_in{[] { return std::vector<api::WayIn>{}; }};
  /// The resolved configuration as JSON, without secrets.
  std::function<std::string()> settings{[] { return std::string{"{}\n"}; }};
};

/// Reads what is stored from the database, asks the engine for what is live, and hands it changes.
class EngineBackend final : public Backend, public std::enable_shared_from_this<EngineBackend> {
 public:
  /// Throws proxy::store::StoreError.
  EngineBackend(Door door, const std::string& data_dir,
                std::shared_ptr<proxy::runtime::log::Log> log);

  Admitted admit(std::string_view token) override;
  Admission admit_session(std::string_view secret, std::string_view csrf, bool change) override;
  Idempotency& idempotency() override { return idempotency_; }
  EventHub& events() override;
  void perform(api::Task task, const api::Caller& caller, Done done) override;

 private:
  void run(const api::ListCalls& task, const Done& done);
  void run(const api::ReadCall& task, const Done& done);
  void run(const api::ReadLadder& task, const Done& done);
  void run(const api::ReadBundle& task, const Done& done);
  void run(const api::ReadRingTest& task, const Done& done);
  void run(const api::TestRoute& task, const Done& done);
  void run(const api::ReadSettings& task, const Done& done);
  void run(const api::Provision& task, const Done& done);
  void run(const api::ListBackups& task, const Done& done);
  void run(const api::ReadBackup& task, const Done& done);
  void run(const api::RemoveBackup& task, const Done& done);
  void run(const api::ListTrunks& task, const Done& done);
  void run(const api::ReadTrunk& task, const Done& done);
  /// Answers with one or more trunks and how it stands with them.
  template <class Trunks>
  void add_states(Trunks trunks, const Done& done);
  void run(const api::ReadStatus& task, const Done& done);
  void run(const api::ReadProviders& task, const Done& done);
  void run(const api::ReadMetrics& task, const Done& done);
  void run(const api::CheckReady& task, const Done& done);
  void run(const api::Login& task, const Done& done);
  void run(const api::Logout& task, const Done& done);
  void run(const api::ReadLogin& task, const Done& done);
  template <class Task>
  void run(const Task& task, const Done& done);
  template <class Task>
  void change(const Task& task, const api::Caller& caller, const Done& done);
  void read_call(std::int64_t id, const Done& done,
                 std::function<api::Answer(proxy::view::CallView)> use);
  void change_password(const api::ChangePassword& task, const api::Caller& caller,
                       const Done& done);
  void make_link(const api::MakeProvisioning& task, const api::Caller& caller, const Done& done);
  void back_up(const api::Caller& caller, const Done& done);
  /// What was done without a change: into the audit.
  void note(const api::Caller& caller, std::string what, std::string target);
  void make_token(const api::AddToken& task, const api::Caller& caller, const Done& done);
  void change_token(const api::ChangeToken& task, const api::Caller& caller, const Done& done);

  void hear(const std::vector<api::Happening>& happenings);
  void gather(const std::shared_ptr<api::CallPage>& page, const Done& done);
  void ask_status(const Done& done, std::function<api::Answer(api::Status)> use);
  /// What `read` gives, or 503 when the store cannot be read.
  api::Answer guarded(const std::function<api::Answer()>& read);
  api::Answer refused_or_odd(proxy::view::Answer& answer);

  Door door_;
  std::shared_ptr<proxy::runtime::log::Log> log_;
  std::string database_path_;
  Stored stored_;
  Tokens tokens_;
  Doorkeeper doorkeeper_;
  Idempotency idempotency_;
  ProvisionLinks links_;
  EventHub events_;
  bool watching_{false};
  double start_time_;
  std::string data_dir_;
  std::atomic<bool> backing_up_{false};
  boost::asio::thread_pool worker_{1};  ///< last, so that it ends before what it uses
};

}  // namespace web::server
