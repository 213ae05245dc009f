#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "proxy/runtime/tls/files.hpp"
#include "proxy/runtime/tls/health.hpp"
#include "proxy/runtime/tls/keeper.hpp"

namespace proxy::runtime::tls {
namespace {

using std::chrono::days;
using std::chrono::hours;
using Texts = std::vector<std::string>;

const auto noon = std::chrono::sys_seconds{std::chrono::seconds{1'800'000'000}};

/// A data folder, and a log that is a file in it.
class TlsFilesTest : public ::testing::Test {
 public:
  TlsFilesTest() {
    auto name = (std::filesystem::temp_directory_path() / "sipwake-tls-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
    settings_.data_dir = name;
    settings_.listeners = {{sip::Transport::tls, {}, {}, {}}};
    log_file_ = std::fopen(path("log").c_str(), "w+");
    log_.emplace(log::Format::text, Level::info, ::fileno(log_file_));
  }
  ~TlsFilesTest() override {
    log_.reset();
    std::fclose(log_file_);
    std::filesystem::remove_all(settings_.data_dir);
  }

 protected:
  std::string path(const std::string& name) const { return settings_.data_dir + '/' + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{path(name)} << text;
    return path(name);
  }
  sip::net::IdentityFiles make(const std::string& name, std::chrono::sys_seconds until) const {
    const auto made = sip::net::make_self_signed({name}, {}, noon - days{1}, until);
    return {write(name + ".pem", made.certificate), write(name + ".key", made.private_key)};
  }
  void configure(const sip::net::IdentityFiles& files) {
    settings_.tls.certificate = files.certificate;
    settings_.tls.private_key = files.private_key;
  }
  static std::string fingerprint(const std::string& file) {
    return sip::net::facts_of(*sip::net::read_certificates(file).front(), {}).fingerprint;
  }
  /// How many lines the log has with this text.
  std::size_t logged(const std::string& text) const {
    std::ifstream in{path("log")};
    std::size_t count = 0;
    for (std::string line; std::getline(in, line);)
      if (line.find(text) != std::string::npos) ++count;
    return count;
  }

  Settings settings_;
  const OwnNames names_ = own_names({"sip.example", "[2001:db8::1]", "127.0.0.1", "sip.example"});
  std::FILE* log_file_{nullptr};
  std::optional<log::Log> log_;
};

TEST_F(TlsFilesTest, MakesACertificateOfItsOwnThatOthersCannotRead) {
  ASSERT_TRUE(keep_own_certificate(settings_.data_dir, names_, noon));
  const auto files = own_files(settings_.data_dir);
  struct stat key {};
  ASSERT_EQ(::stat(files.private_key.c_str(), &key), 0);
  EXPECT_EQ(key.st_mode & 0777, 0600U);
  const auto facts = sip::net::facts_of(*sip::net::read_identity(files).chain.front(), {});
  EXPECT_EQ(facts.names, (Texts{"sip.example", "2001:db8::1", "127.0.0.1"}));
  EXPECT_TRUE(facts.self_signed);
  EXPECT_EQ(facts.expires, noon - days{1} + own_life);
}

TEST_F(TlsFilesTest, KeepsItsOwnCertificateUntilItIsNearlyOver) {
  ASSERT_TRUE(keep_own_certificate(settings_.data_dir, names_, noon));
  const auto first = fingerprint(own_files(settings_.data_dir).certificate);
  const auto end = noon - days{1} + own_life;
  EXPECT_FALSE(keep_own_certificate(settings_.data_dir, names_, end - notice - hours{1}));
  EXPECT_EQ(fingerprint(own_files(settings_.data_dir).certificate), first);
}

TEST_F(TlsFilesTest, RenewsItsOwnCertificateWithTheSameKey) {
  ASSERT_TRUE(keep_own_certificate(settings_.data_dir, names_, noon));
  const auto files = own_files(settings_.data_dir);
  const auto key = sip::net::read_key(files.private_key);
  EXPECT_TRUE(keep_own_certificate(settings_.data_dir, names_, noon + own_life));
  EXPECT_EQ(EVP_PKEY_eq(sip::net::read_key(files.private_key).get(), key.get()), 1);
  const auto facts = sip::net::facts_of(*sip::net::read_identity(files).chain.front(), {});
  EXPECT_GT(facts.expires, noon + own_life + days{700});
}

TEST_F(TlsFilesTest, SaysWhereItsOwnCertificateCannotBeWritten) {
  try {
    keep_own_certificate("/nowhere", names_, noon);
    FAIL() << "written";
  } catch (const sip::net::TlsError& error) {
    EXPECT_STREQ(error.what(),
                 "/nowhere/tls-self-signed.key.new: cannot be written: No such file or directory");
  }
}

TEST_F(TlsFilesTest, FindsNothingWrongWithGoodFiles) {
  configure(make("a.example", noon + days{30}));
  settings_.tls.client_ca = settings_.tls.certificate;
  EXPECT_EQ(problems(settings_, noon), Texts{});
  EXPECT_EQ(problems(Settings{}, noon), Texts{}) << "without any";
}

TEST_F(TlsFilesTest, FindsAllThatIsWrong) {
  const auto good = make("a.example", noon + days{30});
  const auto old = make("old.example", noon);
  const auto junk = write("junk.pem", "junk");
  configure(old);
  settings_.tls.hosts = {{"a.example", good.certificate, old.private_key},
                         {"b.example", path("none.pem"), good.private_key}};
  settings_.tls.client_ca = junk;
  settings_.tls.peer_ca = path("none.pem");
  EXPECT_EQ(problems(settings_, noon),
            (Texts{old.certificate + ": has expired on 2027-01-15T08:00:00.000Z",
                   good.certificate + ": does not belong to the key in " + old.private_key,
                   path("none.pem") + ": cannot be read: No such file or directory",
                   junk + ": holds no certificate in PEM",
                   path("none.pem") + ": cannot be read: No such file or directory"}));
}

TEST_F(TlsFilesTest, SaysThatItsCertificateIsSelfSigned) {
  const Keeper keeper{settings_, names_, *log_, noon};
  const auto print = fingerprint(own_files(settings_.data_dir).certificate);
  EXPECT_EQ(keeper.context()->certificates().at(0).fingerprint, print);
  EXPECT_EQ(logged("warn tls.self_signed"), 1U);
  EXPECT_EQ(logged("sha256=" + print), 2U);
}

TEST_F(TlsFilesTest, TellsFourteenDaysAheadThatACertificateExpires) {
  configure(make("a.example", noon + days{30}));
  Keeper keeper{settings_, names_, *log_, noon};
  keeper.reload(noon + days{15});
  EXPECT_EQ(logged("tls.expires_soon"), 0U);
  keeper.reload(noon + days{16});
  EXPECT_EQ(logged("warn tls.expires_soon"), 1U);
  EXPECT_EQ(logged("days=14"), 1U);
  keeper.reload(noon + days{30});
  EXPECT_EQ(logged("error tls.expired"), 1U);
}

/// "good a.pem: ...", a line each.
std::string told(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& one : findings) {
    const bool good = one.level == Finding::Level::good;
    text += good ? "good " : one.level == Finding::Level::note ? "note " : "bad ";
    text += one.text + '\n';
  }
  return text;
}

TEST_F(TlsFilesTest, TellsWhoAsksThatACertificateIsSelfSignedAndWhenItExpires) {
  const auto files = make("a.example", noon + days{30});
  configure(files);
  const auto self = "note " + files.certificate +
                    ": is self-signed, so phones refuse it until they are told to trust SHA-256 " +
                    fingerprint(files.certificate) + '\n';
  const auto day = "2027-02-14T08:00:00.000Z\n";
  EXPECT_EQ(told(examine(settings_, noon + days{15})),
            "good " + files.certificate + ": is good until " + day + self);
  EXPECT_EQ(told(examine(settings_, noon + days{16})),
            "note " + files.certificate + ": expires in 14 days, on " + day + self);
  EXPECT_EQ(told(examine(settings_, noon + days{30})),
            "bad " + files.certificate + ": has expired on " + day + self);
}

TEST_F(TlsFilesTest, TellsWhoAsksWhatCannotBeRead) {
  configure({path("none.pem"), path("none.key")});
  settings_.tls.peer_ca = write("junk.pem", "junk");
  EXPECT_EQ(told(examine(settings_, noon)),
            "bad " + path("none.pem") + ": cannot be read: No such file or directory\n" + "bad " +
                path("junk.pem") + ": holds no certificate in PEM\n");
}

TEST_F(TlsFilesTest, TellsWhoAsksBeforeTheFirstStartThatOneWillBeMade) {
  EXPECT_EQ(told(examine(settings_, noon)),
            "note " + own_files(settings_.data_dir).certificate +
                ": is made at the first start, for no certificate is configured\n");
}

TEST_F(TlsFilesTest, HasNothingToTellWhereNobodyListensForTls) {
  settings_.listeners.clear();
  settings_.http_tls = false;
  EXPECT_EQ(told(examine(settings_, noon)), "");
}

TEST_F(TlsFilesTest, HandsOnWhatItReadsAgain) {
  configure(make("a.example", noon + days{30}));
  Keeper keeper{settings_, names_, *log_, noon};
  Keeper::Context given;
  keeper.on_renewed([&given](Keeper::Context context) { given = std::move(context); });
  make("a.example", noon + days{300});
  keeper.reload(noon);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->certificates().at(0).expires, noon + days{300});
  EXPECT_EQ(keeper.context(), given);
}

TEST_F(TlsFilesTest, KeepsTheOldCertificateWhenTheNewOneCannotBeUsed) {
  configure(make("a.example", noon + days{30}));
  Keeper keeper{settings_, names_, *log_, noon};
  const auto before = keeper.context();
  keeper.on_renewed([](const Keeper::Context&) { FAIL() << "handed on"; });
  write("a.example.pem", "half a cert");
  keeper.reload(noon);
  EXPECT_EQ(keeper.context(), before);
  EXPECT_EQ(logged("error tls.not_reloaded"), 1U);
}

TEST_F(TlsFilesTest, IsNeededByHttpBeyondLoopbackUnlessToldOtherwise) {
  settings_.listeners.clear();
  settings_.http_address = *sip::Endpoint::parse("192.0.2.1:8080");
  EXPECT_TRUE(is_needed(settings_));
  settings_.http_tls = false;
  EXPECT_FALSE(is_needed(settings_));
  settings_.http_tls.reset();
  settings_.http_address = *sip::Endpoint::parse("127.0.0.1:8080");
  EXPECT_FALSE(is_needed(settings_));
  settings_.http_tls = true;
  EXPECT_TRUE(is_needed(settings_));
}

TEST_F(TlsFilesTest, IsNeededByListenersThatAreSecure) {
  settings_.http_tls = false;
  EXPECT_TRUE(is_needed(settings_));
  settings_.listeners[0].transport = sip::Transport::wss;
  EXPECT_TRUE(is_needed(settings_));
  settings_.listeners[0].transport = sip::Transport::ws;
  EXPECT_FALSE(is_needed(settings_));
  settings_.listeners.clear();
  EXPECT_FALSE(is_needed(settings_));
}

}  // namespace
}  // namespace proxy::runtime::tls
