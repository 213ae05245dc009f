#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "proxy/runtime/store/reader.hpp"
#include "web/api/answer.hpp"
#include "web/api/call_page.hpp"
#include "web/server/device_facts.hpp"

namespace web::server {

/// Answers what is read from the database. One thread at a time. Everything throws
/// proxy::store::StoreError when the database cannot be read.
class Stored {
 public:
  explicit Stored(const std::string& data_dir);

  api::Answer answer(const api::ListUsers& task);
  api::Answer answer(const api::ReadUser& task);
  api::Answer answer(const api::ListDevices& task);
  api::Answer answer(const api::ReadDevice& task);
  api::Answer answer(const api::ListRegistrations& task);
  api::Answer answer(const api::ReadRegistration& task);
  api::Answer answer(const api::ReadCall& task);
  api::Answer answer(const api::ListBans& task);
  api::Answer answer(const api::ReadBan& task);
  api::Answer answer(const api::ListTokens& task);
  api::Answer answer(const api::ReadToken& task);
  api::Answer answer(const api::ListAudit& task);
  api::Answer answer(const api::ListPushes& task);
  api::Answer answer(const api::ExportUsers& task);
  api::Answer answer(const api::ListTrunks& task);
  api::Answer answer(const api::ReadTrunk& task);
  api::Answer answer(const api::ListRoutes& task);
  api::Answer answer(const api::ReadRoute& task);
  api::Answer answer(const api::ListGroups& task);
  api::Answer answer(const api::ReadGroup& task);
  /// Adds the heads of its messages that are stored to those it has.
  void add_heads(proxy::view::CallView& call);
  api::Document ladder(const proxy::view::CallView& call);
  api::Bundle bundle(proxy::view::CallView call);

  /// Ended calls with the oldest first.
  api::Answer oldest(const api::ListCalls& task);
  /// Adds the ended calls that the page still wants.
  void complete(api::CallPage& page);
  std::optional<proxy::record::ApiToken> token(const std::string& hash);
  std::int64_t awake_devices();
  /// The hash of the page's password, empty when there is none.
  std::string administrator();
  /// Reads one row, to see whether that can be done.
  void probe();

 private:
  std::string name_of(std::int64_t device);
  std::string ladder_text(const proxy::view::CallView& call);
  void complete_filtered(api::CallPage& page, const api::CallPage::Ended& wanted);
  void add_ended(api::CallPage& page, std::vector<proxy::record::Call> rows, bool more);

  std::vector<api::Device> shown(const std::vector<proxy::record::Device>& rows);

  proxy::store::Reader reader_;
  DeviceFacts facts_;
};

}  // namespace web::server
