#pragma once
#include "web/api/answer.hpp"
#include "web/api/json.hpp"
#include "web/api/message.hpp"

namespace web::api {

/// What came back for a task as a response. Pure: the same answer is always the same bytes.
Reply render(const Answer& answer);

// The members of each thing as schema/api.openapi.yaml describes them.
Json to_json(const proxy::record::User& user);
Json to_json(const Device& device);
Json to_json(const proxy::view::RingTest& test);
Json to_json(const Registration& registration);
Json to_json(const proxy::view::CallView& call);
Json to_json(const proxy::view::Provider& provider);
Json to_json(const proxy::record::Ban& ban);
Json to_json(const Status& status);
Json to_json(const proxy::record::ApiToken& token);
Json to_json(const proxy::record::Audit& entry);
/// `states`: that of the trunk may be among them.
Json to_json(const proxy::record::Trunk& trunk, const std::vector<proxy::view::TrunkState>& states);
Json to_json(const proxy::record::Route& route);
Json to_json(const proxy::record::Group& group);
Json to_json(const proxy::view::RouteTested& tested);

}  // namespace web::api
