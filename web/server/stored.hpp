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

  /// Adds the ended calls that the page still wants.
  void complete(api::CallPage& page);
  /// The hash itself when a token has it.
  std::optional<std::string> token_hash(const std::string& hash);
  std::int64_t awake_devices();
  /// The hash of the page's password, empty when there is none.
  std::string administrator();
  /// Reads one row, to see whether that can be done.
  void probe();

 private:
  std::vector<api::Device> shown(const std::vector<proxy::record::Device>& rows);

  proxy::store::Reader reader_;
  DeviceFacts facts_;
};

}  // namespace web::server
