#pragma once
#include <string>

#include "proxy/core/engine/event.hpp"
#include "proxy/runtime/store/reader.hpp"
#include "web/api/answer.hpp"
#include "web/api/task.hpp"

namespace web::server {

// Between the API's values and those of the engine and the store.

proxy::Change to_change(const api::AddUser& task);
proxy::Change to_change(const api::ChangeUser& task);
proxy::Change to_change(const api::RemoveUser& task);
proxy::Change to_change(const api::RemoveRegistration& task);
proxy::Change to_change(const api::AddBan& task);
proxy::Change to_change(const api::LiftBan& task);
proxy::Change to_change(const api::RemoveDevice& task);
proxy::Change to_change(const api::EndCall& task);
proxy::Change to_change(const api::RemoveToken& task);
proxy::Change to_change(const api::TestPush& task);
proxy::Change to_change(const api::RingTest& task);
proxy::Change to_change(const api::ImportUsers& task);
proxy::Change to_change(const api::AddTrunk& task);
proxy::Change to_change(const api::ChangeTrunk& task);
proxy::Change to_change(const api::RemoveTrunk& task);
proxy::Change to_change(const api::AddRoute& task);
proxy::Change to_change(const api::ChangeRoute& task);
proxy::Change to_change(const api::RemoveRoute& task);
proxy::Change to_change(const api::AddGroup& task);
proxy::Change to_change(const api::ChangeGroup& task);
proxy::Change to_change(const api::RemoveGroup& task);

/// The push token stays behind: only the first digits of its hash go on.
api::Device to_api(const proxy::record::Device& row, std::string aor, bool awake);
api::Registration to_api(proxy::store::Registration row);

}  // namespace web::server
