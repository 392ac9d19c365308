package healthcheck

var wordDetectors []detector
