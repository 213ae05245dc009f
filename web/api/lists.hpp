#pragma once
#include "web/api/asked.hpp"
#include "web/api/plan.hpp"

namespace web::api {

// The handlers of lists that can be filtered and sorted. What they return counts only when `asked`
// holds no problem.

Plan list_users(Asked& asked);
Plan list_devices(Asked& asked);
Plan list_user_devices(Asked& asked);
Plan list_registrations(Asked& asked);
Plan list_pushes(Asked& asked);
Plan list_audit(Asked& asked);

}  // namespace web::api
