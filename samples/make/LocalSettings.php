<?php
// Settings of the sample wikis. Which wiki, where its database listens and where its files go come from the environment.
$sampleFolder = getenv( 'SAMPLE_FOLDER' );
$wgDBname = getenv( 'SAMPLE_WIKI' );
$samplePrivate = getenv( 'SAMPLE_PRIVATE' ) === '1';

$wgSitename = getenv( 'SAMPLE_TITLE' );
$wgMetaNamespace = 'Desk';
$wgLanguageCode = 'en';
$wgServer = 'http://' . $wgDBname . '.example.org';
$wgScriptPath = '';
$wgArticlePath = '/wiki/$1';

$wgDBtype = 'mysql';
$wgDBserver = 'localhost:' . "$sampleFolder/mariadb.sock";
$wgDBuser = 'wiki';
$wgDBpassword = 'wiki';
$wgDBTableOptions = 'ENGINE=InnoDB, DEFAULT CHARSET=binary';

$wgMainCacheType = PHP_SAPI === 'cli' ? CACHE_NONE : CACHE_ACCEL;
$wgSessionCacheType = CACHE_DB;
$wgParserCacheType = CACHE_NONE;
$wgMessageCacheType = CACHE_NONE;
$wgCacheDirectory = "$sampleFolder/cache-$wgDBname";
$wgInvalidateCacheOnLocalSettingsChange = false;
$wgCacheEpoch = '20030516000000';
$wgSecretKey = str_repeat( '5a', 32 );
$wgUpgradeKey = '0123456789abcdef';
$wgAuthenticationTokenVersion = '1';
$wgJobRunRate = 0;

// One client plays everybody: no limits, short passwords, cheap hashes, and the address that X-Forwarded-For names.
$wgRateLimits = [];
$wgAccountCreationThrottle = [ [ 'count' => 0, 'seconds' => 86400 ] ];
$wgPasswordAttemptThrottle = [];
foreach ( array_keys( $wgPasswordPolicy['policies'] ) as $sampleGroup ) {
	$wgPasswordPolicy['policies'][$sampleGroup] = [ 'MinimalPasswordLength' => 1 ];
}
$wgPasswordConfig['pbkdf2']['cost'] = '1000';
$wgCdnServersNoPurge = [ '127.0.0.1' ];
$wgUsePrivateIPs = true;
$wgAutoblockExpiry = 365 * 86400; // so that the automatic blocks of the story are there at its end
$wgAutoConfirmAge = 0;
$wgAutoConfirmCount = 0;

$wgPutIPinRC = true;
$wgRCMaxAge = 20 * 365 * 86400;
$wgEnableEmail = true;
$wgEmailAuthentication = false;
$wgHooks['AlternateUserMailer'][] = static fn () => false;
$wgEnableUploads = true;
$wgUploadDirectory = "$sampleFolder/images-$wgDBname";
$wgFileExtensions = [ 'png' ];
$wgUseImageMagick = false;
$wgNamespacesWithSubpages[NS_MAIN] = true;

foreach ( [ 'hideuser', 'suppressrevision', 'viewsuppressed', 'suppressionlog', 'deleterevision', 'deletelogentry', 'deletedhistory', 'deletedtext' ] as $sampleRight ) {
	$wgGroupPermissions['suppress'][$sampleRight] = true;
}
$wgGroupPermissions['sysop']['deleterevision'] = true;
$wgGroupPermissions['sysop']['deletelogentry'] = true;
if ( $samplePrivate ) {
	$wgGroupPermissions['*']['read'] = false;
	$wgGroupPermissions['*']['edit'] = false;
	$wgGroupPermissions['*']['createaccount'] = false;
}

// The clock of the story: rows get the time that the request names; sessions and tokens go by it too.
$sampleTime = $_SERVER['HTTP_X_STORY_TIME'] ?? getenv( 'SAMPLE_TIME' );
if ( $sampleTime ) {
	\Wikimedia\Timestamp\ConvertibleTimestamp::setFakeTime( static fn () => (int)$sampleTime );
}
