#pragma once
#include "web/api/answer.hpp"
#include "web/api/json.hpp"
#include "web/api/message.hpp"

namespace web::api {

// What is rarely asked for: the log of pushes, files to keep, a call with all there is about it.

Json to_json(const PushEntry& entry);
Reply file_reply(const Document& document);
Reply bundle_reply(const Bundle& bundle);

}  // namespace web::api
